-- A payout is reserved when it was sent, posted when paid, voided when failed, and otherwise not booked.
-- over disbursement_payout
WITH booked AS (
    SELECT payout.id, reserve.id AS reserve_id, reserve.amount, debited.holder AS award,
        credited.holder AS clearing, resolving.kind AS resolved_as, late.id AS late_id
    FROM disbursement_payout AS payout
    LEFT JOIN ledger_transfer AS reserve ON reserve.reference = 'payout_reserve:' || payout.reference
    LEFT JOIN ledger_account AS debited ON debited.id = reserve.debit_account_id
    LEFT JOIN ledger_account AS credited ON credited.id = reserve.credit_account_id
    LEFT JOIN ledger_transfer AS resolving ON resolving.resolves_id = reserve.id
    LEFT JOIN ledger_transfer AS late ON late.reference = 'late_paid:' || payout.reference
)

SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN booked.reserve_id IS NULL THEN 'is ' || payout.state || ', and nothing was reserved'
         WHEN booked.amount <> payout.amount THEN 'is ' || payout.amount || ', reserved were ' || booked.amount
         WHEN booked.award <> 'award:' || instalment.award_id THEN 'was reserved from ' || booked.award
         WHEN booked.clearing <> 'partner:' || payout.partner THEN 'was reserved for ' || booked.clearing
         ELSE 'is ' || payout.state || ', and its reservation was '
              || coalesce(booked.resolved_as, 'not resolved') END AS problem
FROM disbursement_payout AS payout
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN booked ON booked.id = payout.id
WHERE booked.amount <> payout.amount
   OR booked.award <> 'award:' || instalment.award_id
   OR booked.clearing <> 'partner:' || payout.partner
   OR CASE WHEN payout.state IN ('sent', 'unknown') THEN booked.reserve_id IS NULL OR booked.resolved_as IS NOT NULL
           WHEN payout.state = 'paid' AND booked.late_id IS NULL THEN booked.resolved_as IS DISTINCT FROM 'payout_post'
           WHEN payout.state IN ('paid', 'failed') THEN booked.resolved_as IS DISTINCT FROM 'payout_void'
           WHEN payout.state = 'returned' THEN booked.resolved_as IS NULL
           ELSE booked.reserve_id IS NOT NULL END
