-- What is told to a partner about chosen payouts, in the order of their numbers, and whether
-- something stands in their way since their batch was made: looked up for the chosen ones alone.
SELECT
    payout.id, payout.state, payout.attempts, payout.instalment_id, payout.account_id,
    payout.partner, payout.reference, payout.amount, account.account_sealed,
    account.holder_sealed, instalment.award_id, instalment.kind, instalment.number,
    instalment.times,
    CASE
        WHEN account.state <> 'linked' OR account.account_sealed IS NULL THEN 'account_replaced'
        WHEN award.holds IS NULL THEN 'award_ended'
        WHEN certificate.holds IS NULL THEN 'certificate_revoked'
        ELSE ''
    END AS why
FROM disbursement_payout AS payout
JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
LEFT JOIN LATERAL (
    SELECT true AS holds FROM award_facts
    WHERE award_facts.award_id = instalment.award_id AND award_facts.state = 'accepted'
    LIMIT 1
) AS award ON true
LEFT JOIN LATERAL (
    SELECT true AS holds FROM certificate_facts AS issued
    JOIN review_facts AS review ON review.certificate_id = issued.certificate_id
    WHERE issued.award_id = instalment.award_id AND issued.state = 'valid'
    LIMIT 1
) AS certificate ON true
WHERE payout.id = ANY (%(ids)s::bigint[])
ORDER BY payout.id
