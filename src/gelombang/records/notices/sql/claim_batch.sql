-- Two ranges of the index notices_owed, each read from its beginning: what somebody waits for,
-- then the rest. (One range over both would walk past every postponed notice.) Rows that another
-- deliverer holds are passed over. The lease stands in a column that no index knows, so that the row
-- changes in its place. The array keeps the planner from reading the whole table for a join whose size
-- it cannot know.
WITH waited_for AS (
    SELECT id
    FROM notices_notice
    WHERE
        state = 'owed' AND channel = 'email' AND urgent AND next_attempt_at <= %(real_now)s
        AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ORDER BY next_attempt_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
),

others AS (
    SELECT id
    FROM notices_notice
    WHERE
        state = 'owed' AND channel = 'email' AND NOT urgent AND next_attempt_at <= %(real_now)s
        AND (leased_until IS NULL OR leased_until <= %(real_now)s)
    ORDER BY next_attempt_at, id
    LIMIT %(limit)s - (SELECT count(*) FROM waited_for)
    FOR UPDATE SKIP LOCKED
)

UPDATE notices_notice AS notice
SET attempts = notice.attempts + 1, leased_until = %(leased_until)s
WHERE notice.id = ANY(ARRAY(SELECT id FROM waited_for UNION ALL SELECT id FROM others))
RETURNING
    notice.id, notice.attempts, notice.leased_until, notice.address_sealed,
    notice.letter_sealed, notice.kind, notice.urgent, notice.channel,
    EXISTS(
        SELECT 1 FROM notices_addressee AS addressee
        WHERE addressee.person_id = notice.person_id AND addressee.unreachable_at IS NOT NULL
    ) AS is_unreachable,
    EXISTS(
        SELECT 1 FROM notices_addressee AS addressee
        WHERE addressee.person_id = notice.person_id AND addressee.unwanted_at IS NOT NULL
    ) AS is_unwanted
