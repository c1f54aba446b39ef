-- What held an instalment back does not matter any more: it has arrived.
UPDATE disbursement_instalment SET state = 'due', held_reason = '', look_again_at = NULL
WHERE id = ANY (%(ids)s::bigint[]) AND state = 'held'
