-- Money goes to an account that its own person linked, in effect, and that belongs to nobody else.
-- over disbursement_payout
SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN account.person_id <> instalment.person_id THEN 'goes to an account of somebody else'
         WHEN account.partner <> payout.partner THEN 'goes through ' || payout.partner || ' to an account of ' || account.partner
         WHEN account.state NOT IN ('linked', 'replaced') THEN 'goes to an account that was never linked'
         WHEN owner.person_id IS DISTINCT FROM account.person_id THEN 'goes to an account that belongs to another person'
         ELSE 'was sent before the account was in effect' END AS problem
FROM disbursement_payout AS payout
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN disbursement_payoutaccount AS account ON account.id = payout.account_id
LEFT JOIN disbursement_accountowner AS owner ON owner.account_index = account.account_index
WHERE account.person_id <> instalment.person_id
   OR account.partner <> payout.partner
   OR account.state NOT IN ('linked', 'replaced')
   OR owner.person_id IS DISTINCT FROM account.person_id
   OR payout.sent_at < account.effective_at
