-- An award that ended holds nothing any more: what was not spent went back to its fund.
-- over selection_award
SELECT 'award:' || award.id AS offender,
    'is ' || award.state || ', and its ' || account.kind || ' holds ' || sum(moved.amount) AS problem
FROM selection_award AS award
JOIN ledger_account AS account ON account.holder = 'award:' || award.id
JOIN (
    SELECT debit_account_id AS account_id, -amount AS amount FROM ledger_transfer
    UNION ALL
    SELECT credit_account_id, amount FROM ledger_transfer
) AS moved ON moved.account_id = account.id
WHERE award.state IN ('declined', 'lapsed', 'revoked')
  AND account.kind IN ('committed', 'training_balance', 'instalments_due')
GROUP BY award.id, award.state, account.kind
HAVING sum(moved.amount) <> 0
