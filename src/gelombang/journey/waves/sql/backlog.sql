-- Requests that came and are not answered yet.
SELECT count(*)
FROM wave_entry_request AS request
WHERE (request.xid, request.id) > (
    COALESCE((SELECT xid FROM waves_intakecursor WHERE intake = %(intake)s), '0')::xid8,
    COALESCE((SELECT row_id FROM waves_intakecursor WHERE intake = %(intake)s), 0)
)
