-- What became of each stated account. A linked one names its owner by its index.
UPDATE disbursement_payoutaccount AS account
SET state = decided.state,
    reason = decided.reason,
    name_score = decided.score,
    holder_sealed = decided.holder_sealed,
    effective_at = decided.effective_at,
    answer_sha256 = decided.answer_sha256,
    decided_at = %(now)s::timestamptz,
    held_index = CASE WHEN decided.state = 'linked' THEN account.account_index END
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(scores)s::int[],
    %(holders)s::bytea[], %(effective)s::timestamptz[], %(sha256s)s::text[]
) AS decided (id, state, reason, score, holder_sealed, effective_at, answer_sha256)
WHERE account.id = decided.id
