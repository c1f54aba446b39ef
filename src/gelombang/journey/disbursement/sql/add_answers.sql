-- Every word of a partner is kept, whether anything follows from it or not.
INSERT INTO disbursement_partneranswer
    (payout_id, call, attempt, outcome, code, amount, answer_sha256, answered_at, real_answered_at)
SELECT payout_id, call, attempt, outcome, code, amount, answer_sha256, %(now)s, %(real_now)s
FROM unnest(
    %(ids)s::bigint[], %(calls)s::text[], %(attempts)s::int[], %(outcomes)s::text[], %(codes)s::text[],
    %(amounts)s::bigint[], %(digests)s::text[]
) AS heard (payout_id, call, attempt, outcome, code, amount, answer_sha256)
