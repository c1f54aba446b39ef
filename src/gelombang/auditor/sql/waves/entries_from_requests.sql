-- Every entry comes from a request of its person that arrived while the wave was open, or goes on from an earlier wave.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender,
    CASE WHEN NOT EXISTS (
            SELECT 1 FROM waves_entryanswer AS answer WHERE answer.entry_id = entry.id
         ) THEN 'comes from no request'
         ELSE 'comes from no request that arrived while its wave was open' END AS problem
FROM waves_entry AS entry
LEFT JOIN waves_wave AS wave ON wave.id = entry.wave_id
WHERE NOT EXISTS (
    SELECT 1
    FROM waves_entryanswer AS answer
    JOIN wave_entry_request AS request ON request.id = answer.request_id
    WHERE answer.entry_id = entry.id
      AND request.received_at = entry.joined_at
      AND request.received_at >= wave.opened_at
      AND (wave.closed_at IS NULL OR request.received_at < wave.closed_at)
)
AND NOT EXISTS (
    SELECT 1
    FROM waves_entry AS carried
    WHERE carried.continues_as_id = entry.id
      AND entry.joined_at = greatest(carried.carried_at, wave.opened_at)
      AND (wave.closed_at IS NULL OR entry.joined_at < wave.closed_at)
)
