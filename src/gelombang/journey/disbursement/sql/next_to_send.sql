-- Payouts that may leave now for the first time, and whether something stands in the way since
-- their batch was made. The batch is read again here and held until the sending is written down:
-- once somebody has stopped it, nothing more of it leaves. What stands in the way is looked up for
-- the chosen ones alone.
WITH chosen AS MATERIALIZED (
    SELECT payout.id
    FROM disbursement_payout AS payout
    JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
    WHERE payout.partner = %(partner)s AND payout.state = 'released' AND batch.state = 'released'
    ORDER BY payout.id
    LIMIT %(limit)s
    FOR UPDATE OF payout SKIP LOCKED
    FOR SHARE OF batch SKIP LOCKED
)
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
FROM chosen
JOIN disbursement_payout AS payout ON payout.id = chosen.id
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
ORDER BY payout.id
