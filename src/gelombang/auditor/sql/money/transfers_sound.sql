-- A transfer moves an amount above zero between two accounts of one currency, for a reason of its own.
-- over ledger_transfer
SELECT 'transfer:' || transfer.id AS offender,
    CASE WHEN debited.id IS NULL OR credited.id IS NULL THEN 'names an account that is missing'
         WHEN transfer.amount <= 0 THEN 'moves ' || transfer.amount
         WHEN debited.id = credited.id THEN 'goes nowhere'
         ELSE 'changes the currency' END AS problem
FROM ledger_transfer AS transfer
LEFT JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
LEFT JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
WHERE debited.id IS NULL OR credited.id IS NULL
   OR transfer.amount <= 0
   OR debited.id = credited.id
   OR debited.currency <> credited.currency
UNION ALL
SELECT 'transfer:' || min(id), 'shares its reference with ' || count(*) - 1 || ' more'
FROM ledger_transfer
GROUP BY reference
HAVING count(*) > 1
UNION ALL
SELECT 'transfer:' || min(id), 'resolves what another transfer resolved'
FROM ledger_transfer
WHERE resolves_id IS NOT NULL
GROUP BY resolves_id
HAVING count(*) > 1
