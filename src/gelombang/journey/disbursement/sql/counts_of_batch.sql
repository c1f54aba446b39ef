-- The payouts of a batch by state.
SELECT payout.state, count(*) AS payouts, sum(payout.amount)::bigint AS amount
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
WHERE batch.reference = %(reference)s GROUP BY payout.state ORDER BY payout.state
