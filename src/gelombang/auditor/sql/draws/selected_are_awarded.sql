-- Whoever the finished draw selected has an award of their own, unless it was withheld by a bar for life.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN award.id IS NULL THEN 'was selected and has no award'
         ELSE 'was selected, and the award is somebody else''s' END AS problem
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
LEFT JOIN selection_award AS award ON award.candidate_id = candidate.entry_id
WHERE candidate.outcome = 'selected'
  AND CASE WHEN award.id IS NULL THEN draw.state = 'awarded' AND candidate.withheld = '' ELSE award.person_id <> candidate.person_id END
