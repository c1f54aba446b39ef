-- The next unfinished purchases of a class that was called off. A provider's report that comes at
-- the same time has the row first or finds it cancelled. No end is dated before what it ends.
WITH unfinished AS (
    SELECT id
    FROM learning_purchase
    WHERE course_id = %(course)s AND state IN ('held', 'redeemed', 'attending')
    ORDER BY id
    LIMIT %(limit)s
    FOR NO KEY UPDATE
)
UPDATE learning_purchase AS purchase
SET state = 'cancelled', end_reason = %(reason)s,
    ended_at = greatest(%(now)s, purchase.bought_at, purchase.redeemed_at)
FROM unfinished
WHERE purchase.id = unfinished.id
RETURNING purchase.id, purchase.award_id, purchase.person_id, purchase.price
