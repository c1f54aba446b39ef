-- An answer tells of a request that is there, and enters the person who asked.
-- over waves_entryanswer
SELECT 'request:' || answer.request_id AS offender,
    CASE WHEN request.id IS NULL THEN 'is answered, and its receipt is missing'
         WHEN entry.id IS NULL THEN 'is answered by an entry that is missing'
         ELSE 'entered somebody else, or another wave' END AS problem
FROM waves_entryanswer AS answer
LEFT JOIN wave_entry_request AS request ON request.id = answer.request_id
LEFT JOIN waves_entry AS entry ON entry.id = answer.entry_id
WHERE request.id IS NULL
   OR (answer.entry_id IS NOT NULL AND entry.id IS NULL)
   OR entry.person_id <> request.person_id
   OR entry.wave_id <> request.wave_id
