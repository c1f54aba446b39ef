-- Payouts that the partner certainly did not carry out and that are to be sent again now, under
-- their old reference; see next_to_send.sql.
SELECT payout.id
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
WHERE payout.partner = %(partner)s AND batch.state = 'released'
  AND payout.state = 'unknown' AND payout.may_resend
  AND payout.next_step_at IS NOT NULL AND payout.next_step_at <= %(now)s
ORDER BY payout.next_step_at, payout.id
LIMIT %(limit)s
FOR UPDATE OF payout SKIP LOCKED
FOR SHARE OF batch SKIP LOCKED
