-- Whoever was found eligible was verified by then, is not known to study, and had no claim for life.
-- over selection_candidate
WITH ruled AS (
    SELECT draw.id AS draw_id,
        version.content -> 'eligibility' @> '[{"rule": "not_enrolled"}]' AS must_not_study
    FROM selection_draw AS draw
    JOIN waves_wave AS wave ON wave.id = draw.wave_id
    JOIN programme_programmeversion AS version ON version.id = wave.programme_version_id
),

known AS (
    SELECT identity.id, identity.person_id, identity.lifetime_index,
        coalesce(identity.decided_at, civil.answered_at) AS verified_at
    FROM verification_identity AS identity
    JOIN (
        SELECT identity_id, min(answered_at) AS answered_at
        FROM verification_attestation
        WHERE kind = 'civil_registry' AND verdict = 'fact'
        GROUP BY identity_id
    ) AS civil ON civil.identity_id = identity.id
    WHERE identity.state <> 'pending'
),

-- An answer of the same instant came before the judgement: its question had to be closed.
study AS (
    SELECT candidate.entry_id, (array_agg(attestation.verdict ORDER BY attestation.id DESC))[1] AS verdict
    FROM selection_candidate AS candidate
    JOIN known ON known.person_id = candidate.person_id
    JOIN verification_attestation AS attestation
        ON attestation.identity_id = known.id AND attestation.kind = 'education'
        AND attestation.answered_at <= candidate.decided_at
    WHERE candidate.eligible
    GROUP BY candidate.entry_id
)

SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN known.id IS NULL THEN 'is eligible and was not verified'
         WHEN ruled.must_not_study AND study.verdict IS NULL THEN 'is eligible without an answer about school'
         WHEN ruled.must_not_study AND study.verdict <> 'no_fact' THEN 'is eligible, though at school or university'
         ELSE 'is eligible, though served before' END AS problem
FROM selection_candidate AS candidate
JOIN ruled ON ruled.draw_id = candidate.draw_id
LEFT JOIN known ON known.person_id = candidate.person_id AND known.verified_at <= candidate.decided_at
LEFT JOIN study ON study.entry_id = candidate.entry_id
WHERE candidate.eligible
  AND (known.id IS NULL
       OR (ruled.must_not_study AND study.verdict IS DISTINCT FROM 'no_fact')
       OR EXISTS (
        SELECT 1 FROM people_lifetimeclaim AS claim
        WHERE claim.lifetime_index = known.lifetime_index
          AND claim.claimed_at < candidate.decided_at
          AND claim.state IN ('held', 'used')
       ))
