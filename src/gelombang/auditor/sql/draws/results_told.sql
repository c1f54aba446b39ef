-- Everybody who was judged in a finished draw is owed a letter with the result.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender, 'nobody was told the result' AS problem
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
JOIN people_person AS person ON person.id = candidate.person_id
LEFT JOIN notices_notice AS notice ON notice.key = 'selection.result:' || candidate.ticket
WHERE draw.state = 'awarded'
  AND notice.id IS NULL
  AND person.erased_at IS NULL
