-- For every purchase its price was held once, from the training balance of its own award.
-- over learning_purchase
WITH hold AS (
    SELECT credited.holder AS purchase, count(*) AS times, sum(transfer.amount) AS amount,
        min(debited.holder) AS award
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
    WHERE transfer.kind = 'purchase_hold'
    GROUP BY credited.holder
)

SELECT coalesce('purchase:' || purchase.id, hold.purchase) AS offender,
    CASE WHEN purchase.id IS NULL THEN 'is held for, and there is no such purchase'
         WHEN hold.purchase IS NULL THEN 'was bought, and nothing was held'
         WHEN hold.times > 1 THEN 'was held for ' || hold.times || ' times'
         WHEN hold.amount <> purchase.price THEN 'costs ' || purchase.price || ', held were ' || hold.amount
         ELSE 'was paid by ' || hold.award END AS problem
FROM learning_purchase AS purchase
FULL JOIN hold ON hold.purchase = 'purchase:' || purchase.id
WHERE purchase.id IS NULL OR hold.purchase IS NULL OR hold.times > 1
   OR hold.amount <> purchase.price
   OR hold.award <> 'award:' || purchase.award_id
