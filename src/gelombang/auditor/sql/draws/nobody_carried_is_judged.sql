-- Nobody who was carried into the next wave is judged in the wave they were carried out of.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender, 'was carried into the next wave, and judged all the same' AS problem
FROM selection_candidate AS candidate
JOIN waves_entry AS entry ON entry.id = candidate.entry_id
WHERE entry.state = 'carried'
