-- A training balance is never above what was granted.
-- over ledger_account
SELECT 'account:' || account.id AS offender,
    account.holder || ' has a balance of ' || sum(moved.amount) || ', granted were ' || sum(moved.granted) AS problem
FROM (
    SELECT credit_account_id AS account_id, amount,
        CASE WHEN kind = 'grant' THEN amount ELSE 0 END AS granted
    FROM ledger_transfer
    UNION ALL
    SELECT debit_account_id, -amount, 0 FROM ledger_transfer
) AS moved
JOIN ledger_account AS account ON account.id = moved.account_id
WHERE account.kind = 'training_balance'
GROUP BY account.id
HAVING sum(moved.amount) > sum(moved.granted)
