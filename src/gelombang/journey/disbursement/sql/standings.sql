-- How payouts stand now, held until what was heard about them is written down.
SELECT payout.id, payout.state, payout.attempts, payout.enquiries, payout.amount, payout.sent_at,
    payout.reason, payout.may_resend, payout.partner, payout.reference, payout.instalment_id,
    payout.account_id,
    account.ending, instalment.award_id, instalment.person_id, instalment.kind, instalment.number,
    instalment.times
FROM disbursement_payout AS payout
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
WHERE payout.id = ANY (%(ids)s::bigint[])
ORDER BY payout.id
FOR UPDATE OF payout
