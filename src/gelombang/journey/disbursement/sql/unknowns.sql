-- Payouts whose fate nobody knows, and those about which something is strange (the index
-- disbursement_to_look_at has exactly these).
SELECT payout.reference, batch.reference AS batch, payout.partner, account.ending, payout.amount,
    payout.state, payout.reason, payout.code, payout.answered_amount, payout.attempts,
    payout.enquiries, payout.sent_at, payout.next_step_at, payout.may_resend, payout.settled_at,
    payout.partner_ref, instalment.award_id, instalment.kind, instalment.number, instalment.times
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
WHERE payout.state = 'unknown' OR payout.reason IN (
    'amount_differs', 'asked', 'float_too_low', 'forfeited', 'older_paid', 'paid_twice', 'said_paid')
ORDER BY payout.id OFFSET %(offset)s LIMIT %(limit)s
