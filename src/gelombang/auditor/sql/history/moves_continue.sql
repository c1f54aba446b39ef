-- In the history of a row, every move starts where the one before it ended.
-- over audit_move
SELECT 'audit_move:' || id AS offender,
    table_name || ' ' || row_key || ' left ' || from_state || ', where it never was' AS problem
FROM (
    SELECT id, table_name, row_key, from_state,
        lag(to_state) OVER (PARTITION BY table_name, row_key ORDER BY id) AS arrived
    FROM audit_move
) AS history
WHERE arrived <> from_state
