-- What the latest answers say of winners before their award: whether one that is needed has expired or
-- is missing, and else which contradicts the rules (source, code and instant with it).
SELECT winner.person_id,
       bool_or(attested.expires_at IS NULL OR attested.expires_at <= %(now)s::timestamptz) AS is_stale,
       (array_agg(needed.kind ORDER BY needed.kind) FILTER (
           WHERE needed.wanted NOT IN ('', attested.verdict)))[1] AS changed,
       (array_agg(attested.source ORDER BY needed.kind) FILTER (
           WHERE needed.wanted NOT IN ('', attested.verdict)))[1] AS source,
       (array_agg(attested.code ORDER BY needed.kind) FILTER (
           WHERE needed.wanted NOT IN ('', attested.verdict)))[1] AS code,
       (array_agg(attested.answered_at ORDER BY needed.kind) FILTER (
           WHERE needed.wanted NOT IN ('', attested.verdict)))[1] AS answered_at
FROM unnest(%(people)s::uuid[]) AS winner (person_id)
CROSS JOIN unnest(%(kinds)s::text[], %(wanted)s::text[]) AS needed (kind, wanted)
LEFT JOIN attestation_facts AS attested
    ON attested.person_id = winner.person_id AND attested.kind = needed.kind
GROUP BY winner.person_id
