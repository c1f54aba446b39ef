-- Every score is the SHA-256 of the seed and the ticket.
-- over selection_candidate
WITH seeded AS (
    SELECT id, encode(sha256(convert_to(
        'gelombang-draw-v1' || chr(10) || wave_id || chr(10) || list_sha256 || chr(10)
        || rules_sha256 || chr(10) || randomness || chr(10), 'UTF8')), 'hex') AS seed
    FROM selection_draw
    WHERE state IN ('drawn', 'awarded')
)

SELECT 'candidate:' || candidate.ticket AS offender, 'has a score of its own making' AS problem
FROM selection_candidate AS candidate
JOIN seeded ON seeded.id = candidate.draw_id
WHERE candidate.eligible
  AND candidate.score <> encode(sha256(convert_to(seeded.seed || ':' || candidate.ticket, 'UTF8')), 'hex')
