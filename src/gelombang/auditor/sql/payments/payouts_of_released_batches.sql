-- Nothing left before its batch was released.
-- over disbursement_payout
SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN batch.released_at IS NULL THEN 'left in a batch that nobody released'
         ELSE 'left before its batch was released' END AS problem
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
WHERE payout.attempts > 0 AND (batch.released_at IS NULL OR payout.sent_at < batch.released_at)
   OR payout.state IN ('sent', 'unknown', 'paid', 'failed', 'returned') AND batch.released_at IS NULL
