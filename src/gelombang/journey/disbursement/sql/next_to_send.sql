-- Payouts that may leave now for the first time. The batch is read again here and held until the
-- sending is written down: once somebody has stopped it, nothing more of it leaves.
SELECT payout.id
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
WHERE payout.partner = %(partner)s AND payout.state = 'released' AND batch.state = 'released'
ORDER BY payout.id
LIMIT %(limit)s
FOR UPDATE OF payout SKIP LOCKED
FOR SHARE OF batch SKIP LOCKED
