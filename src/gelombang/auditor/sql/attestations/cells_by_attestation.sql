-- A candidate stands in the area that the civil registry confirmed and in the tier of the social registry.
-- over selection_candidate
WITH ruled AS (
    SELECT draw.id AS draw_id, aid.value ->> 'receiving_tier' AS receiving_tier,
        aid.value ->> 'other_tier' AS other_tier
    FROM selection_draw AS draw
    JOIN waves_wave AS wave ON wave.id = draw.wave_id
    JOIN programme_programmeversion AS version ON version.id = wave.programme_version_id
    CROSS JOIN LATERAL jsonb_array_elements(version.content -> 'eligibility') AS aid
    WHERE aid.value ->> 'rule' = 'social_aid'
),

aided AS (
    SELECT DISTINCT ON (candidate.entry_id) candidate.entry_id, attestation.verdict
    FROM selection_candidate AS candidate
    JOIN verification_identity AS identity ON identity.person_id = candidate.person_id
    JOIN verification_attestation AS attestation
        ON attestation.identity_id = identity.id AND attestation.kind = 'social_aid'
        AND attestation.answered_at <= candidate.decided_at
    WHERE candidate.eligible
    ORDER BY candidate.entry_id, attestation.id DESC
)

SELECT 'candidate:' || candidate.ticket AS offender, 'stands in area ' || candidate.area || ', which nobody confirmed' AS problem
FROM selection_candidate AS candidate
WHERE candidate.eligible
  AND NOT EXISTS (
    SELECT 1 FROM verification_identity AS identity
    WHERE identity.person_id = candidate.person_id AND identity.area = candidate.area
  )
UNION ALL
SELECT 'candidate:' || candidate.ticket,
    'stands in tier ' || candidate.tier || ', against the social registry'
FROM selection_candidate AS candidate
JOIN ruled ON ruled.draw_id = candidate.draw_id
LEFT JOIN aided ON aided.entry_id = candidate.entry_id
WHERE candidate.eligible
  AND candidate.tier <> CASE WHEN aided.verdict = 'fact' THEN ruled.receiving_tier ELSE ruled.other_tier END
