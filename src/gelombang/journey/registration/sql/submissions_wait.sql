-- Something, where anything can be pulled. Asked before a transaction is begun: its lock on the
-- cursor would cost a commit and a flush even where nothing has come. The order makes the planner
-- read the head of the index; without one it may read the whole table to find nothing.
SELECT 1
FROM registration_submission AS intake
WHERE
    (intake.xid, intake.id) > (
        (SELECT xid::xid8 FROM registration_intakecursor WHERE intake = 'registration_submission'),
        (SELECT row_id FROM registration_intakecursor WHERE intake = 'registration_submission')
    )
    AND intake.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY intake.xid, intake.id
LIMIT 1
