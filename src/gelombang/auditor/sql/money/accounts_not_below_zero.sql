-- Only the treasury and the outside of a payment partner may be below zero.
-- over ledger_account
SELECT 'account:' || account.id AS offender,
    account.kind || ' of ' || account.holder || ' stands at ' || sum(moved.amount) AS problem
FROM (
    SELECT debit_account_id AS account_id, -amount AS amount FROM ledger_transfer
    UNION ALL
    SELECT credit_account_id, amount FROM ledger_transfer
) AS moved
JOIN ledger_account AS account ON account.id = moved.account_id
WHERE account.kind NOT IN ('treasury', 'partner_external')
GROUP BY account.id
HAVING sum(moved.amount) < 0
