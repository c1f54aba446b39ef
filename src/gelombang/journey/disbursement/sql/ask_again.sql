-- Questions without a usable answer wait longer. Only the claim that asked may say so; a late report
-- of an expired claim changes nothing.
UPDATE disbursement_payoutaccount AS account
SET next_attempt_at = again.next_attempt_at
FROM unnest(%(ids)s::bigint[], %(attempts)s::int[], %(next_attempts)s::timestamptz[])
    AS again (id, attempt, next_attempt_at)
WHERE account.id = again.id AND account.state = 'asked' AND account.attempts = again.attempt
