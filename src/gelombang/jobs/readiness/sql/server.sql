-- What the server says of itself; connections that superusers keep for themselves are not left.
SELECT current_setting('server_version_num')::int AS version,
       pg_is_in_recovery() AS is_recovering,
       current_setting('transaction_read_only') AS read_only,
       current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit,
       (current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'))::int
           AS connections_left
