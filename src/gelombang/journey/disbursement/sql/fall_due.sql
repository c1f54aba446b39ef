-- What was looked at becomes due, or is held with the reason of now.
UPDATE disbursement_instalment AS instalment
SET state = looked.state,
    held_reason = looked.reason,
    look_again_at = looked.look_again_at,
    became_due_at = CASE
        WHEN looked.state = 'due' THEN COALESCE(instalment.became_due_at, %(now)s::timestamptz)
        ELSE instalment.became_due_at
    END
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(again)s::timestamptz[]
) AS looked (id, state, reason, look_again_at)
WHERE instalment.id = looked.id AND instalment.state IN ('planned', 'held')
