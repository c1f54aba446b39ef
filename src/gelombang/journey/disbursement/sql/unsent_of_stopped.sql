-- Payouts of stopped batches that certainly were not carried out: those that never left, and those
-- that the partner did not take and that nobody is calling about.
SELECT payout.id, payout.state, payout.instalment_id, payout.account_id, payout.partner, payout.reference,
    payout.amount, instalment.award_id, 'stopped' AS why
FROM disbursement_payoutbatch AS batch
JOIN disbursement_payout AS payout ON payout.batch_id = batch.id
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
WHERE batch.state = 'stopped'
  AND payout.state IN ('prepared', 'approved', 'released', 'unknown')
  AND (payout.state <> 'unknown' OR payout.may_resend)
  AND (%(batch)s::bigint IS NULL OR batch.id = %(batch)s::bigint)
ORDER BY payout.id
LIMIT %(limit)s
FOR UPDATE OF payout SKIP LOCKED
