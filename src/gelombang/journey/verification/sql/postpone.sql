-- Claimed checks without a usable answer: due again later. Only the claim that asked may do so;
-- a late report of an expired claim changes nothing.
UPDATE verification_check AS given
SET state = 'due', leased_until = NULL,
    due_at = answer.due_at
FROM unnest(%(ids)s::bigint[], %(attempts)s::int[], %(due_at)s::timestamptz[])
    AS answer (id, attempt, due_at)
WHERE given.id = answer.id AND given.state = 'asked' AND given.attempts = answer.attempt
