-- Whatever arrived left the float of its partner in the same amount, once, and nothing else did.
-- over disbursement_payout
WITH arrived AS (
    SELECT split_part(reference, ':', 2) AS reference, amount, xid
    FROM ledger_transfer WHERE kind IN ('payout_post', 'late_paid')
),

gone AS (
    SELECT split_part(transfer.reference, ':', 2) AS reference, transfer.amount,
        debited.holder AS from_float, credited.holder AS to_outside
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    JOIN ledger_account AS credited ON credited.id = transfer.credit_account_id
    WHERE transfer.kind = 'float_out'
)

SELECT 'payout:' || coalesce(arrived.reference, gone.reference) AS offender,
    CASE WHEN gone.reference IS NULL THEN 'arrived, and left no float'
         WHEN arrived.reference IS NULL THEN 'left a float, and never arrived'
         WHEN payout.reference IS NULL THEN 'left a float, and there is no such payout'
         WHEN gone.amount <> arrived.amount THEN 'arrived as ' || arrived.amount || ', left the float as ' || gone.amount
         ELSE 'left the float of ' || gone.from_float || ', and its partner is ' || payout.partner END AS problem
FROM arrived
FULL JOIN gone ON gone.reference = arrived.reference
LEFT JOIN disbursement_payout AS payout ON payout.reference = coalesce(arrived.reference, gone.reference)
WHERE gone.reference IS NULL OR arrived.reference IS NULL OR payout.reference IS NULL
   OR gone.amount <> arrived.amount
   OR gone.from_float <> 'partner:' || payout.partner
   OR gone.to_outside <> gone.from_float
