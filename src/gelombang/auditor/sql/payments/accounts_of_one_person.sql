-- An account that was linked belongs to one person, and a person has one linked account at a time.
-- over disbursement_payoutaccount
SELECT 'account:' || min(account.id) AS offender,
    'was linked by ' || count(DISTINCT account.person_id) || ' people' AS problem
FROM disbursement_payoutaccount AS account
WHERE account.state IN ('linked', 'replaced')
GROUP BY account.account_index
HAVING count(DISTINCT account.person_id) > 1
UNION ALL
SELECT 'account:' || max(id), 'is one of ' || count(*) || ' linked ones of a person'
FROM disbursement_payoutaccount
WHERE state = 'linked'
GROUP BY person_id
HAVING count(*) > 1
UNION ALL
SELECT 'account:' || account.id, 'is linked, and its owner is ' || coalesce(owner.person_id::text, 'nobody')
FROM disbursement_payoutaccount AS account
LEFT JOIN disbursement_accountowner AS owner ON owner.account_index = account.account_index
WHERE account.state IN ('linked', 'replaced')
  AND owner.person_id IS DISTINCT FROM account.person_id
