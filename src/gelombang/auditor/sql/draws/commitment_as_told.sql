-- The published commitment says what the draw holds itself to, and the proofs grow from its root.
-- over selection_draw
WITH told AS (
    SELECT draw.*, CASE WHEN commitment_file = '' THEN NULL ELSE commitment_file::jsonb END AS commitment
    FROM selection_draw AS draw
    WHERE state IN ('frozen', 'drawn', 'awarded')
)
SELECT 'draw:' || wave_id AS offender,
    CASE WHEN commitment IS NULL THEN 'is frozen and committed to nothing'
         ELSE 'is held to something else than its commitment says' END AS problem
FROM told
WHERE commitment IS NULL
   OR (commitment ->> 'wave', (commitment ->> 'candidates')::bigint, commitment ->> 'list_sha256',
       commitment ->> 'rules_sha256', commitment ->> 'merkle_root',
       commitment -> 'beacon' ->> 'chain', (commitment -> 'beacon' ->> 'round')::bigint)
      IS DISTINCT FROM
      (wave_id, candidates::bigint, list_sha256, rules_sha256, merkle_root, beacon_chain, beacon_round)
   OR (commitment ->> 'published_at')::timestamptz <> date_trunc('second', published_at)
UNION ALL
SELECT 'draw:' || told.wave_id, 'its proofs lead to another root'
FROM told
JOIN LATERAL (
    SELECT hashes FROM selection_merklelevel WHERE draw_id = told.id ORDER BY level DESC LIMIT 1
) AS top ON true
WHERE told.candidates > 0 AND encode(top.hashes, 'hex') <> told.merkle_root
