-- A released batch is finished once every payout of it has a final answer or was taken back.
UPDATE disbursement_payoutbatch SET state = 'finished', finished_at = %(now)s
WHERE id IN (
    SELECT batch.id FROM disbursement_payoutbatch AS batch
    WHERE batch.state = 'released'
      AND NOT EXISTS (
          SELECT FROM disbursement_payout AS payout
          WHERE payout.batch_id = batch.id
            AND payout.state IN ('prepared', 'approved', 'released', 'sent', 'unknown')
      )
    ORDER BY batch.id LIMIT 100
    FOR UPDATE SKIP LOCKED
)
