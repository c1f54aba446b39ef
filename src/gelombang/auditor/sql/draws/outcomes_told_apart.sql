-- A drawn candidate is selected in a pass or waits at a rank; who was not eligible is neither, and knows why.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN NOT candidate.eligible AND jsonb_array_length(candidate.reasons) = 0 THEN 'was refused without a reason'
         WHEN NOT candidate.eligible THEN 'was refused and drawn'
         ELSE 'has no outcome, or two' END AS problem
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
WHERE draw.state IN ('frozen', 'drawn', 'awarded')
  AND CASE
    WHEN NOT candidate.eligible THEN jsonb_array_length(candidate.reasons) = 0 OR candidate.outcome <> ''
    WHEN draw.state = 'frozen' THEN false
    WHEN candidate.outcome = 'selected' THEN candidate.won_in_pass IS NULL OR candidate.waiting_rank IS NOT NULL
    WHEN candidate.outcome = 'waiting' THEN candidate.won_in_pass IS NOT NULL OR candidate.waiting_rank IS NULL
    ELSE true
  END
