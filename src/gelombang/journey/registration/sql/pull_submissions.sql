-- Rows become visible in the order of commits, not of their numbers. Below the oldest transaction
-- that still runs nothing can appear any more, so a cursor in (xid, id) order never skips a row.
-- (`ORDER BY xid` alone would mean the text of the select list, where 9 comes after 10.)
SELECT
    intake.id, intake.xid::text AS xid, intake.receipt, intake.email_index, intake.email_sealed,
    intake.phone_index, intake.phone_sealed, intake.language, intake.received_at
FROM registration_submission AS intake
WHERE
    (intake.xid, intake.id) > (%(xid)s::xid8, %(row_id)s)
    AND intake.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY intake.xid, intake.id
LIMIT %(limit)s
