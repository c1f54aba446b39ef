SELECT count(*)
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
LEFT JOIN selection_award AS award ON award.candidate_id = candidate.entry_id
WHERE draw.state = 'drawn' AND candidate.outcome = 'selected' AND award.id IS NULL AND candidate.withheld = ''
