-- Claimed checks without a usable answer: due again later, or held where the registry could not
-- process them so often. Only the claim that asked may do so; a late report of an expired claim
-- changes nothing. Returned are those that are held now, with the person.
WITH postponed AS (
    UPDATE verification_check AS given
    SET leased_until = NULL,
        state = CASE
            WHEN answer.is_unprocessed
                AND given.unprocessed >= cardinality(%(waits)s::interval[]) THEN 'held'
            ELSE 'due'
        END,
        due_at = CASE
            WHEN answer.is_unprocessed THEN %(real_now)s::timestamptz
                + COALESCE((%(waits)s::interval[])[given.unprocessed + 1], interval '0')
            ELSE answer.due_at
        END,
        unprocessed = given.unprocessed + answer.is_unprocessed::int
    FROM unnest(
        %(ids)s::bigint[], %(attempts)s::int[], %(due_at)s::timestamptz[], %(unprocessed)s::bool[]
    ) AS answer (id, attempt, due_at, is_unprocessed)
    WHERE given.id = answer.id AND given.state = 'asked' AND given.attempts = answer.attempt
    RETURNING given.id, given.identity_id, given.state
)
SELECT postponed.id AS check_id, postponed.identity_id, identity.person_id
FROM postponed
JOIN verification_identity AS identity ON identity.id = postponed.identity_id
WHERE postponed.state = 'held'
