-- An award lapsed only after its deadline, and only if its training balance was never debited.
-- over selection_award
SELECT 'award:' || award.id AS offender,
    CASE WHEN held.id IS NOT NULL THEN 'lapsed, and a course had been bought with it'
         WHEN award.purchase_by IS NULL THEN 'lapsed, and has no deadline'
         ELSE 'lapsed before its deadline' END AS problem
FROM selection_award AS award
LEFT JOIN LATERAL (
    SELECT transfer.id
    FROM ledger_transfer AS transfer
    JOIN ledger_account AS debited ON debited.id = transfer.debit_account_id
    WHERE debited.kind = 'training_balance' AND debited.holder = 'award:' || award.id
      AND transfer.kind = 'purchase_hold'
    LIMIT 1
) AS held ON true
WHERE award.state = 'lapsed'
  AND (held.id IS NOT NULL OR award.purchase_by IS NULL OR award.ended_at < award.purchase_by)
