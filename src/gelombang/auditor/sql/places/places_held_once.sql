-- A place is held by one award at a time, of its own draw.
-- over selection_award
SELECT 'place:' || place_id AS offender, 'is held by ' || count(*) || ' awards' AS problem
FROM selection_award
WHERE state IN ('open', 'accepted')
GROUP BY place_id
HAVING count(*) > 1
UNION ALL
SELECT 'award:' || award.id, 'holds a place that is missing or of another draw'
FROM selection_award AS award
LEFT JOIN selection_place AS place ON place.id = award.place_id
LEFT JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
WHERE place.id IS NULL OR candidate.entry_id IS NULL OR place.draw_id <> candidate.draw_id
