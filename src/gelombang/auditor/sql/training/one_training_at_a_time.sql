-- Nobody bought a course before the one before it was finished or given back.
-- over learning_purchase
SELECT 'purchase:' || later.id AS offender,
    'was bought while purchase:' || earlier.id || ' was not finished' AS problem
FROM learning_purchase AS earlier
JOIN learning_purchase AS later ON later.award_id = earlier.award_id AND later.id > earlier.id
WHERE coalesce(earlier.completed_at, earlier.ended_at, 'infinity') > later.bought_at
