-- Everything that moved the money of one award, first come first: its own purses, those of its
-- purchases, the partners' floats that paid it, and the budgets that the promise came from.
WITH own AS (
    SELECT id FROM ledger_account
    WHERE holder = %(holder)s AND kind IN ('committed', 'training_balance', 'instalments_due',
                                           'paid_out')
), held AS (
    SELECT DISTINCT credit_account_id AS id FROM ledger_transfer
    WHERE debit_account_id IN (SELECT id FROM own) AND kind = 'purchase_hold'
), purses AS (
    SELECT id FROM own UNION SELECT id FROM held
), moved AS (
    SELECT transfer.id, transfer.kind, transfer.reference, transfer.debit_account_id
    FROM purses JOIN ledger_transfer AS transfer ON transfer.debit_account_id = purses.id
    UNION
    SELECT transfer.id, transfer.kind, transfer.reference, transfer.debit_account_id
    FROM purses JOIN ledger_transfer AS transfer ON transfer.credit_account_id = purses.id
), fund AS (
    SELECT DISTINCT account.id, 'funder:' || split_part(account.holder, ':', 3) AS funder
    FROM moved JOIN ledger_account AS account ON account.id = moved.debit_account_id
    WHERE moved.kind = 'commit'
), treasury AS (
    SELECT account.id, fund.id AS fund FROM fund JOIN ledger_account AS account
        ON account.kind = 'treasury' AND account.holder = fund.funder
), wanted AS (
    SELECT id, id AS place FROM moved
    UNION
    -- booked with the payment, and told after it
    SELECT float_out.id, GREATEST(float_out.id, moved.id) FROM moved JOIN ledger_transfer AS float_out
        ON float_out.reference = 'float_out:' || split_part(moved.reference, ':', 2)
    WHERE moved.kind IN ('payout_post', 'late_paid')
    UNION
    SELECT budget.id, budget.id FROM treasury JOIN ledger_transfer AS budget
        ON budget.debit_account_id = treasury.id AND budget.credit_account_id = treasury.fund
    UNION
    SELECT budget.id, budget.id FROM treasury JOIN ledger_transfer AS budget
        ON budget.credit_account_id = treasury.id AND budget.debit_account_id = treasury.fund
        AND budget.kind = 'budget'
)
SELECT fact.kind, fact.amount, fact.debit_kind, fact.debit_holder, fact.credit_kind,
       fact.credit_holder, fact.happened_at, fact.reference
FROM wanted JOIN ledger_movement_facts AS fact ON fact.transfer_id = wanted.id
ORDER BY wanted.place, fact.kind = 'float_out', fact.transfer_id LIMIT %(limit)s
