-- What is owed now: due ones by the partner that they would be paid through (empty without a linked
-- account that counts), held ones by what stands in their way.
SELECT 'due' AS state, COALESCE(account.partner, '') AS word, count(*) AS count,
    COALESCE(sum(instalment.amount), 0)::bigint AS amount
FROM disbursement_instalment AS instalment
LEFT JOIN disbursement_payoutaccount AS account
    ON account.person_id = instalment.person_id AND account.state = 'linked'
    AND account.effective_at <= %(now)s
WHERE instalment.state = 'due'
GROUP BY 2
UNION ALL
SELECT 'held', held_reason, count(*), COALESCE(sum(amount), 0)::bigint
FROM disbursement_instalment
WHERE state = 'held'
GROUP BY 2
