-- What became due was booked once, in its amount, for its own award; nothing else was.
-- over disbursement_instalment
WITH booked AS (
    SELECT substring(transfer.reference FROM '^due:([0-9]+)$')::bigint AS instalment_id,
        transfer.id, transfer.amount, debited.holder
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    WHERE transfer.kind = 'due'
)

SELECT coalesce('instalment:' || instalment.id, 'transfer:' || booked.id) AS offender,
    CASE WHEN instalment.id IS NULL THEN 'books as due what nobody is owed'
         WHEN booked.id IS NULL THEN 'is ' || instalment.state || ', and was never booked as due'
         WHEN instalment.became_due_at IS NULL THEN 'is ' || instalment.state || ', and was booked as due'
         WHEN booked.amount <> instalment.amount THEN 'is ' || instalment.amount || ', booked as due were ' || booked.amount
         ELSE 'was booked as due for ' || booked.holder END AS problem
FROM disbursement_instalment AS instalment
FULL JOIN booked ON booked.instalment_id = instalment.id
WHERE instalment.id IS NULL
   OR (booked.id IS NULL) <> (instalment.became_due_at IS NULL)
   OR booked.id IS NULL AND instalment.state IN ('due', 'in_payment', 'paid')
   OR booked.id IS NOT NULL AND instalment.state = 'planned'
   OR booked.amount <> instalment.amount
   OR booked.holder <> 'award:' || instalment.award_id
