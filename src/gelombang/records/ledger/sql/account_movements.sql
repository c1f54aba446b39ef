-- One account as its holder reads it: every movement with its sign and the balance after it.
WITH own AS (
    SELECT id FROM ledger_account WHERE kind = %(kind)s AND holder = %(holder)s
), moved AS (
    SELECT id, kind, amount, happened_at, reference FROM ledger_transfer
    WHERE credit_account_id = (SELECT id FROM own)
    UNION ALL
    SELECT id, kind, -amount, happened_at, reference FROM ledger_transfer
    WHERE debit_account_id = (SELECT id FROM own)
)
SELECT kind, amount, (sum(amount) OVER (ORDER BY id))::bigint AS balance, happened_at, reference
FROM moved ORDER BY id LIMIT %(limit)s
