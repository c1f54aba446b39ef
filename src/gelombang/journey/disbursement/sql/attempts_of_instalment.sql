-- The payouts of one instalment, held, oldest first, and how the instalment stands.
SELECT payout.id, payout.state, payout.may_resend, payout.partner, payout.reference,
    payout.amount, payout.instalment_id, payout.account_id, account.ending, instalment.award_id,
    instalment.person_id, instalment.kind, instalment.number, instalment.times,
    instalment.state AS instalment_state
FROM disbursement_payout AS payout
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
WHERE payout.instalment_id = %(instalment)s
ORDER BY payout.id
FOR UPDATE OF payout, instalment
