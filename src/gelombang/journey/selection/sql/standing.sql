-- What a sweep of deadlines judges awards by. It runs after they were locked, as a statement of its
-- own: only so does it see the purchase of somebody who held the lock before us.
SELECT award.id, award.person_id, award.purchase_by, award.spend_by, candidate.ticket,
       draw.wave_id, promise.debit_holder AS fund,
       EXISTS (
           SELECT FROM ledger_movement_facts AS hold
           WHERE hold.debit_kind = 'training_balance' AND hold.debit_holder = 'award:' || award.id
             AND hold.kind = 'purchase_hold'
       ) AS has_bought,
       EXISTS (
           SELECT FROM ledger_movement_facts AS hold
           WHERE hold.debit_kind = 'training_balance' AND hold.debit_holder = 'award:' || award.id
             AND hold.kind = 'purchase_hold'
             AND NOT EXISTS (SELECT FROM ledger_movement_facts AS ending
                             WHERE ending.resolves_id = hold.transfer_id)
       ) AS has_open_hold,
       COALESCE((SELECT balance FROM ledger_balance_facts
                 WHERE kind = 'committed' AND holder = 'award:' || award.id), 0)::bigint
           AS committed,
       COALESCE((SELECT balance FROM ledger_balance_facts
                 WHERE kind = 'training_balance' AND holder = 'award:' || award.id), 0)::bigint
           AS training_balance
FROM unnest(%(ids)s::bigint[]) AS looked (id)
JOIN selection_award AS award ON award.id = looked.id
JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
LEFT JOIN ledger_movement_facts AS promise ON promise.reference = 'commit:award:' || award.id
ORDER BY award.id
