-- The next batch of uses in commit order, below every transaction that still runs, so that none is
-- skipped. It begins where the latest batch ended.
WITH latest AS (
    SELECT coalesce(max(upto_xid), 0) AS xid, coalesce((
        SELECT upto_id FROM verification_usagereport ORDER BY id DESC LIMIT 1
    ), 0) AS id
    FROM verification_usagereport
), batch AS (
    SELECT used.id, used.xid::text::bigint AS xid
    FROM verification_usage AS used, latest
    WHERE (used.xid, used.id) > (latest.xid::text::xid8, latest.id)
      AND used.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY used.xid, used.id
    LIMIT %(limit)s
)
INSERT INTO verification_usagereport (after_xid, after_id, upto_xid, upto_id, uses, made_at)
SELECT latest.xid, latest.id, final.xid, final.id, (SELECT count(*) FROM batch), %(now)s
FROM latest, (SELECT xid, id FROM batch ORDER BY xid DESC, id DESC LIMIT 1) AS final
RETURNING id
