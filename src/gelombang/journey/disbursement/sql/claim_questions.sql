-- Take the accounts of a partner that wait for its answer, under a lease: until it ends nobody else
-- asks about them, and after a crash they are asked about again.
WITH waiting AS (
    SELECT id FROM disbursement_payoutaccount
    WHERE state = 'asked' AND partner = %(partner)s AND next_attempt_at <= %(real_now)s
      AND account_sealed IS NOT NULL -- erased meanwhile: there is nothing to ask about
    ORDER BY next_attempt_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE disbursement_payoutaccount AS account
SET next_attempt_at = %(leased_until)s, attempts = account.attempts + 1
FROM waiting
WHERE account.id = waiting.id
RETURNING account.id AS account_id, account.attempts AS attempt, account.account_sealed
