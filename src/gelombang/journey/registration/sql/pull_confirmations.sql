-- In commit order and below the oldest running transaction, as pull_submissions.sql explains.
SELECT
    intake.id, intake.xid::text AS xid, intake.receipt, intake.email_index, intake.received_at
FROM email_confirmation AS intake
WHERE
    (intake.xid, intake.id) > (%(xid)s::xid8, %(row_id)s)
    AND intake.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY intake.xid, intake.id
LIMIT %(limit)s
