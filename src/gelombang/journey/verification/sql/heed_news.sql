-- Questions that news calls for are due again where they are answered. Those that are being asked
-- stay for later: their answer may be older than the news. Whose question is due, held or not yet
-- made is asked after the news anyway.
WITH heard AS (
    SELECT open.news_id, question.id AS check_id
    FROM verification_opennews AS open
    LEFT JOIN verification_check AS question
        ON question.identity_id = open.identity_id AND question.kind = 'employment'
    WHERE question.state IS DISTINCT FROM 'asked'
    ORDER BY open.news_id
    LIMIT %(limit)s
    FOR UPDATE OF open SKIP LOCKED
), again AS (
    UPDATE verification_check AS question
    SET state = 'due', due_at = %(real_now)s::timestamptz, leased_until = NULL, attempts = 0,
        needed_by = CASE WHEN question.needed_by > %(now)s THEN question.needed_by END
    FROM heard
    WHERE question.id = heard.check_id AND question.state = 'answered'
)
DELETE FROM verification_opennews AS open
USING heard
WHERE open.news_id = heard.news_id
