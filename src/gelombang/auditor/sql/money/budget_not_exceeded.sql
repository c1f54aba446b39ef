-- What a fund has promised, and not had back, is at most what it was given.
-- over ledger_account
SELECT 'account:' || fund.id AS offender,
    fund.holder || ' promised ' || coalesce(promised.amount, 0) || ' of ' || coalesce(given.amount, 0) AS problem
FROM ledger_account AS fund
LEFT JOIN (
    SELECT account_id, sum(amount) AS amount
    FROM (
        SELECT credit_account_id AS account_id, amount FROM ledger_transfer WHERE kind = 'budget'
        UNION ALL
        SELECT debit_account_id, -amount FROM ledger_transfer WHERE kind = 'budget'
    ) AS budgets
    GROUP BY account_id
) AS given ON given.account_id = fund.id
LEFT JOIN (
    SELECT account_id, sum(amount) AS amount
    FROM (
        SELECT debit_account_id AS account_id, amount FROM ledger_transfer WHERE kind = 'commit'
        UNION ALL
        SELECT credit_account_id, -amount FROM ledger_transfer WHERE kind = 'forfeit'
    ) AS promises
    GROUP BY account_id
) AS promised ON promised.account_id = fund.id
WHERE fund.kind = 'programme_fund'
  AND coalesce(promised.amount, 0) > coalesce(given.amount, 0)
