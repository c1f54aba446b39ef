SELECT count(*)
FROM wave_entry_request AS request
LEFT JOIN waves_intakecursor AS reached ON reached.intake = 'wave_entry_request'
WHERE reached.intake IS NULL
   OR (request.xid, request.id) > (reached.xid::xid8, reached.row_id)
