-- An award is withheld only from a winner whom an earlier claim for life bars.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN candidate.outcome <> 'selected' THEN 'is withheld and did not win'
         WHEN award.id IS NOT NULL THEN 'is withheld and has the award'
         ELSE 'is withheld, and no claim for life bars it' END AS problem
FROM selection_candidate AS candidate
LEFT JOIN selection_award AS award ON award.candidate_id = candidate.entry_id
WHERE candidate.withheld <> ''
  AND (candidate.outcome <> 'selected'
       OR award.id IS NOT NULL
       OR NOT EXISTS (
        SELECT 1
        FROM verification_identity AS identity
        JOIN people_lifetimeclaim AS claim ON claim.lifetime_index = identity.lifetime_index
        WHERE identity.person_id = candidate.person_id
       ))
