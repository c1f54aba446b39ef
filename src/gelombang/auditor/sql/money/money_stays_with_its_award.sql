-- Money that was promised to an award never crosses into another award.
-- over ledger_transfer
WITH purse AS (
    SELECT account.id, account.kind,
        CASE WHEN account.kind IN ('committed', 'training_balance', 'instalments_due', 'paid_out', 'recoverable', 'recovered')
             THEN 'award:' || substring(account.holder FROM '^award:([0-9]+)$')
             WHEN account.kind = 'provider_held' THEN 'award:' || purchase.award_id END AS award
    FROM ledger_account AS account
    LEFT JOIN learning_purchase AS purchase
        ON account.kind = 'provider_held' AND account.holder = 'purchase:' || purchase.id
),

route AS (
    SELECT transfer.id, transfer.kind, debited.kind AS debit_kind, credited.kind AS credit_kind,
        coalesce(debited.award, 'award:' || instalment.award_id) AS from_award,
        coalesce(credited.award, 'award:' || instalment.award_id) AS to_award,
        debited.award AS from_purse, credited.award AS to_purse
    FROM ledger_transfer AS transfer
    JOIN purse AS debited ON debited.id = transfer.debit_account_id
    JOIN purse AS credited ON credited.id = transfer.credit_account_id
    LEFT JOIN disbursement_payout AS payout
        ON transfer.kind IN ('payout_reserve', 'payout_post', 'payout_void', 'late_paid')
        AND payout.reference = split_part(transfer.reference, ':', 2)
    LEFT JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
)

SELECT 'transfer:' || id AS offender,
    CASE WHEN from_award IS NULL OR to_award IS NULL THEN 'is a ' || kind || ' of no award'
         ELSE 'goes from ' || from_award || ' to ' || to_award END AS problem
FROM route
WHERE kind IN ('grant', 'due', 'purchase_hold', 'purchase_void', 'payout_reserve', 'payout_post', 'payout_void', 'late_paid', 'return')
  AND (from_award IS NULL OR to_award IS NULL OR from_award <> to_award)
