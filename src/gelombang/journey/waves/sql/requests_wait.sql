-- Something, where any request can be decided. Asked before a transaction is begun: its lock on the
-- cursor would cost a commit and a flush even where nothing has come. The order makes the planner
-- read the head of the index; without one it may read the whole table to find nothing.
SELECT 1
FROM wave_entry_request AS request
WHERE (request.xid, request.id) > (
        COALESCE((SELECT xid FROM waves_intakecursor WHERE intake = %(intake)s), '0')::xid8,
        COALESCE((SELECT row_id FROM waves_intakecursor WHERE intake = %(intake)s), 0)
    )
    AND request.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY request.xid, request.id
LIMIT 1
