-- Text messages by the index notices_owed_texts; the rest as claim_batch says it.
WITH due AS (
    SELECT id
    FROM notices_notice
    WHERE
        state = 'owed' AND channel <> 'email' AND next_attempt_at <= %(real_now)s
        AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ORDER BY next_attempt_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)

UPDATE notices_notice AS notice
SET attempts = notice.attempts + 1, leased_until = %(leased_until)s
WHERE notice.id = ANY(ARRAY(SELECT id FROM due))
RETURNING
    notice.id, notice.attempts, notice.leased_until, notice.address_sealed,
    notice.letter_sealed, notice.kind, notice.urgent, notice.channel
