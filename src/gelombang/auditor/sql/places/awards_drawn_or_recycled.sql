-- Awards ever given are those drawn and those that took over a place which had returned.
-- over selection_award
SELECT 'award:' || award.id AS offender,
    'took the place of nobody, and was not drawn' AS problem
FROM selection_award AS award
JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
WHERE candidate.outcome <> 'selected'
  AND NOT EXISTS (
    SELECT 1 FROM selection_award AS earlier
    WHERE earlier.place_id = award.place_id
      AND earlier.id < award.id
      AND earlier.state IN ('declined', 'lapsed', 'revoked')
  )
