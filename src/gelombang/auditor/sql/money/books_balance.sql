-- The balances of all accounts of a currency add up to nothing.
-- over ledger_account
SELECT 'currency:' || account.currency AS offender, 'is off by ' || sum(moved.amount) AS problem
FROM (
    SELECT debit_account_id AS account_id, -amount AS amount FROM ledger_transfer
    UNION ALL
    SELECT credit_account_id, amount FROM ledger_transfer
) AS moved
JOIN ledger_account AS account ON account.id = moved.account_id
GROUP BY account.currency
HAVING sum(moved.amount) <> 0
