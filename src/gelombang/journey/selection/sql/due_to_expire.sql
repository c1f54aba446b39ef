-- The next accepted awards whose balance expires, locked. One with a purchase that is not resolved
-- yet waits for its end: the money may come back.
SELECT award.id FROM selection_award AS award
WHERE award.state = 'accepted' AND NOT award.balance_closed AND award.spend_by <= %(now)s
  AND NOT EXISTS (
      SELECT FROM ledger_movement_facts AS hold
      WHERE hold.debit_kind = 'training_balance' AND hold.debit_holder = 'award:' || award.id
        AND hold.kind = 'purchase_hold'
        AND NOT EXISTS (SELECT FROM ledger_movement_facts AS ending
                        WHERE ending.resolves_id = hold.transfer_id))
ORDER BY award.spend_by, award.id
LIMIT %(limit)s
FOR UPDATE OF award SKIP LOCKED
