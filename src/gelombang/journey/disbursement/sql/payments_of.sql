-- A person's payments in the order of their days, each with its latest attempt.
SELECT instalment.id AS instalment_id, instalment.award_id, instalment.kind, instalment.number,
    instalment.times, instalment.amount, instalment.state, instalment.held_reason,
    instalment.due_at, instalment.became_due_at, instalment.paid_at, instalment.look_again_at,
    latest.reference, latest.partner, latest.ending
FROM disbursement_instalment AS instalment
LEFT JOIN LATERAL (
    SELECT payout.reference, payout.partner, account.ending
    FROM disbursement_payout AS payout
    JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
    WHERE payout.instalment_id = instalment.id AND payout.state <> 'stopped'
    ORDER BY payout.id DESC
    LIMIT 1
) AS latest ON true
WHERE instalment.person_id = %(person_id)s
ORDER BY instalment.due_at NULLS LAST, instalment.kind, instalment.number
LIMIT 100
