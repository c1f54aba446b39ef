-- What is due with an account at each partner, and in no batch yet.
SELECT account.partner, sum(instalment.amount)::bigint AS amount
FROM disbursement_instalment AS instalment
JOIN disbursement_payoutaccount AS account
    ON account.person_id = instalment.person_id AND account.state = 'linked'
WHERE instalment.state = 'due'
GROUP BY account.partner
