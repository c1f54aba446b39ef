-- Every winner holds a place of the draw: of their cell in pass 1, of their area in pass 2.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN place.id IS NULL THEN 'won, and holds no place of the draw'
         ELSE 'won in pass ' || candidate.won_in_pass || ' a place of ' || place.area || ':' || place.tier END AS problem
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
LEFT JOIN selection_place AS place ON place.id = candidate.place_id AND place.draw_id = candidate.draw_id
WHERE candidate.won_in_pass IS NOT NULL
  AND (place.id IS NULL
       OR (candidate.won_in_pass = 1 AND (place.area, place.tier) <> (candidate.area, candidate.tier))
       OR (candidate.won_in_pass = 2 AND place.area <> candidate.area))
UNION ALL
SELECT 'candidate:' || ticket, 'holds a place and did not win'
FROM selection_candidate
WHERE won_in_pass IS NULL AND place_id IS NOT NULL
UNION ALL
SELECT 'place:' || place_id, 'was won by ' || count(*) || ' candidates'
FROM selection_candidate
WHERE place_id IS NOT NULL
GROUP BY place_id
HAVING count(*) > 1
UNION ALL
SELECT 'award:' || award.id, 'is for another place than the one that was drawn'
FROM selection_award AS award
JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
WHERE candidate.outcome = 'selected' AND candidate.place_id IS DISTINCT FROM award.place_id
