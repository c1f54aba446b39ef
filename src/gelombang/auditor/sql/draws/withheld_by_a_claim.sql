-- An award is withheld only from a winner whom an earlier claim for life or a registry's newer answer bars.
-- over selection_candidate
SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN candidate.outcome <> 'selected' THEN 'is withheld and did not win'
         WHEN award.id IS NOT NULL THEN 'is withheld and has the award'
         ELSE 'is withheld, and neither a claim for life nor a newer answer bars it' END AS problem
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
       ) AND NOT EXISTS (
        SELECT 1
        FROM verification_identity AS identity
        JOIN verification_attestation AS attestation ON attestation.identity_id = identity.id
        WHERE identity.person_id = candidate.person_id
          AND attestation.answered_at >= candidate.decided_at
          AND (attestation.kind, attestation.verdict) = CASE candidate.withheld
            WHEN 'not_enrolled' THEN ('education', 'fact')
            WHEN 'social_aid' THEN ('social_aid', 'fact')
            WHEN 'not_employed' THEN ('employment', 'fact')
            WHEN 'not_excluded' THEN ('exclusions', 'fact')
            WHEN 'identity_refuted' THEN ('civil_registry', 'no_fact') END
       ))
