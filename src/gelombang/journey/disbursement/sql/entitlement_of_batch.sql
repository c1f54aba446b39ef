-- What the payouts of a batch pay, and what the instalments behind them promise: the same, or a
-- person must look before anything leaves. An instalment counts once, however often it stands here.
SELECT
    (SELECT COALESCE(sum(payout.amount), 0)::bigint
        FROM disbursement_payout AS payout WHERE payout.batch_id = batch.id) AS paying,
    (SELECT COALESCE(sum(instalment.amount), 0)::bigint
        FROM disbursement_instalment AS instalment
        WHERE instalment.id IN (SELECT payout.instalment_id
            FROM disbursement_payout AS payout WHERE payout.batch_id = batch.id)) AS promised
FROM disbursement_payoutbatch AS batch
WHERE batch.reference = %(reference)s
