-- Every request to join that the puller has passed is answered, by an entry or by a refusal.
-- over wave_entry_request
SELECT 'receipt:' || request.receipt AS offender,
    CASE WHEN answer.request_id IS NULL THEN 'asked to join and was never answered'
         WHEN answer.entry_id IS NULL THEN 'was refused without a reason'
         ELSE 'was entered and refused at once' END AS problem
FROM wave_entry_request AS request
JOIN waves_intakecursor AS reached ON reached.intake = 'wave_entry_request'
LEFT JOIN waves_entryanswer AS answer ON answer.request_id = request.id
WHERE (request.xid, request.id) <= (reached.xid::xid8, reached.row_id)
  AND (answer.request_id IS NULL OR (answer.entry_id IS NULL) = (answer.refusal = ''))
