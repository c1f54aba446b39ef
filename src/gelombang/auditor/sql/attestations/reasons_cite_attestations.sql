-- Every reason against a person stands on an answer that was given for them, or on a claim for life.
-- over selection_candidate
WITH stated AS (
    SELECT candidate.ticket, candidate.person_id, candidate.decided_at,
        reason ->> 'rule' AS rule, reason ->> 'source' AS source,
        CASE reason ->> 'rule'
            WHEN 'age_at_close' THEN 'civil_registry'
            WHEN 'identity_refuted' THEN 'civil_registry'
            WHEN 'not_enrolled' THEN 'education'
            WHEN 'not_employed' THEN 'employment'
            WHEN 'not_excluded' THEN 'exclusions'
            WHEN 'social_aid' THEN 'social_aid'
        END AS kind
    FROM selection_candidate AS candidate
    CROSS JOIN LATERAL jsonb_array_elements(candidate.reasons) AS reason
)
SELECT 'candidate:' || ticket AS offender, 'is refused by ' || rule || ' without an answer that says so' AS problem
FROM stated
WHERE kind IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM verification_identity AS identity
    JOIN verification_attestation AS attestation
        ON attestation.identity_id = identity.id AND attestation.kind = stated.kind
    WHERE identity.person_id = stated.person_id
      AND attestation.verdict = CASE stated.rule WHEN 'identity_refuted' THEN 'no_fact' ELSE 'fact' END
      AND attestation.source = stated.source
      AND attestation.answered_at <= stated.decided_at
  )
UNION ALL
SELECT 'candidate:' || ticket, 'is refused as served without a claim for life'
FROM stated
WHERE rule = 'once_in_a_lifetime'
  AND NOT EXISTS (
    SELECT FROM verification_identity AS identity
    JOIN people_lifetimeclaim AS claim ON claim.lifetime_index = identity.lifetime_index
    WHERE identity.person_id = stated.person_id AND claim.claimed_at <= stated.decided_at
  )
UNION ALL
SELECT 'candidate:' || ticket, 'is refused by a rule that nobody knows: ' || rule
FROM stated
WHERE rule NOT IN ('age_at_close', 'not_enrolled', 'not_employed', 'not_excluded', 'social_aid', 'once_in_a_lifetime', 'identity_verified', 'identity_refuted')
UNION ALL
SELECT 'candidate:' || ticket, 'is not eligible, and no reason is given'
FROM selection_candidate
WHERE NOT eligible AND jsonb_array_length(reasons) = 0
