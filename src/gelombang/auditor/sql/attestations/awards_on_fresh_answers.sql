-- Nobody was awarded on an answer that had expired, where the programme wants it fresh.
-- over selection_award
SELECT 'award:' || award.id AS offender, 'was given without a valid answer of ' || needed.kind AS problem
FROM selection_award AS award
JOIN programme_programmeversion AS version ON version.id = award.programme_version_id
CROSS JOIN LATERAL jsonb_array_elements_text(version.content -> 'recheck' -> 'before_award') AS needed (kind)
WHERE NOT EXISTS (
    SELECT 1
    FROM verification_identity AS identity
    JOIN verification_attestation AS attestation ON attestation.identity_id = identity.id
    WHERE identity.person_id = award.person_id
      AND attestation.kind = needed.kind
      AND attestation.answered_at <= award.awarded_at
      AND attestation.expires_at > award.awarded_at
)
