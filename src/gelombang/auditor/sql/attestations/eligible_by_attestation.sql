-- Whoever was found eligible was verified by then, is barred by no registry that the rules ask, and had no claim for life.
-- over selection_candidate
WITH barring (rule, kind, about) AS (
    VALUES ('not_enrolled', 'education', 'school or university'),
        ('not_employed', 'employment', 'employment'),
        ('not_excluded', 'exclusions', 'the exclusion lists')
),

ruled AS (
    SELECT draw.id AS draw_id, barring.kind, barring.about
    FROM selection_draw AS draw
    JOIN waves_wave AS wave ON wave.id = draw.wave_id
    JOIN programme_programmeversion AS version ON version.id = wave.programme_version_id
    JOIN barring
        ON version.content -> 'eligibility' @> jsonb_build_array(jsonb_build_object('rule', barring.rule))
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
answered AS (
    SELECT candidate.entry_id, attestation.kind,
        (array_agg(attestation.verdict ORDER BY attestation.id DESC))[1] AS verdict
    FROM selection_candidate AS candidate
    JOIN known ON known.person_id = candidate.person_id
    JOIN verification_attestation AS attestation
        ON attestation.identity_id = known.id
        AND attestation.kind IN (SELECT kind FROM barring)
        AND attestation.answered_at <= candidate.decided_at
    WHERE candidate.eligible
    GROUP BY candidate.entry_id, attestation.kind
)

SELECT 'candidate:' || candidate.ticket AS offender,
    CASE WHEN answered.verdict IS NULL THEN 'is eligible without an answer about ' || ruled.about
         ELSE 'is eligible, though barred by an answer about ' || ruled.about END AS problem
FROM selection_candidate AS candidate
JOIN ruled ON ruled.draw_id = candidate.draw_id
LEFT JOIN answered ON answered.entry_id = candidate.entry_id AND answered.kind = ruled.kind
WHERE candidate.eligible
  AND answered.verdict IS DISTINCT FROM 'no_fact'
UNION ALL
SELECT 'candidate:' || candidate.ticket,
    CASE WHEN known.id IS NULL THEN 'is eligible and was not verified'
         ELSE 'is eligible, though served before' END
FROM selection_candidate AS candidate
LEFT JOIN known ON known.person_id = candidate.person_id AND known.verified_at <= candidate.decided_at
WHERE candidate.eligible
  AND (known.id IS NULL
       OR EXISTS (
        SELECT 1 FROM people_lifetimeclaim AS claim
        WHERE claim.lifetime_index = known.lifetime_index
          AND claim.claimed_at < candidate.decided_at
          AND claim.state IN ('held', 'used')
       ))
