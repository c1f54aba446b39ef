-- Whoever makes, checks and releases a batch are different people, and its sum is that of its payouts.
-- over disbursement_payoutbatch
SELECT 'batch:' || batch.reference AS offender,
    CASE WHEN batch.state IN ('approved', 'released', 'finished') AND batch.approved_by = '' THEN 'was never checked'
         WHEN batch.state IN ('released', 'finished') AND batch.released_by = '' THEN 'was never released'
         WHEN batch.released_by <> '' AND batch.needs_second_check AND batch.second_approved_by = ''
         THEN 'was released without its second check'
         WHEN count(payout.id) <> batch.payouts OR coalesce(sum(payout.amount), 0) <> batch.amount
         THEN 'says ' || batch.payouts || ' payouts of ' || batch.amount || ', it has ' || count(payout.id)
              || ' of ' || coalesce(sum(payout.amount), 0)
         ELSE 'was made, checked and released by fewer people than it must' END AS problem
FROM disbursement_payoutbatch AS batch
LEFT JOIN disbursement_payout AS payout ON payout.batch_id = batch.id
GROUP BY batch.id
HAVING batch.state IN ('approved', 'released', 'finished') AND batch.approved_by = ''
    OR batch.state IN ('released', 'finished') AND batch.released_by = ''
    OR batch.released_by <> '' AND batch.needs_second_check AND batch.second_approved_by = ''
    OR batch.approved_by = batch.made_by
    OR batch.second_approved_by IN (batch.made_by, nullif(batch.approved_by, ''))
    OR batch.released_by IN (batch.made_by, nullif(batch.approved_by, ''), nullif(batch.second_approved_by, ''))
    OR count(payout.id) <> batch.payouts
    OR coalesce(sum(payout.amount), 0) <> batch.amount
