-- All purchases together: how many stand where, how many people they are of, and what was earned.
SELECT count(*) FILTER (WHERE state = 'held') AS held,
    count(*) FILTER (WHERE state = 'redeemed') AS redeemed,
    count(*) FILTER (WHERE state = 'attending') AS attending,
    count(*) FILTER (WHERE state = 'completed') AS completed,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
    count(DISTINCT person_id) AS people,
    count(DISTINCT person_id) FILTER (WHERE state = 'completed') AS people_finished,
    COALESCE(sum(price) FILTER (WHERE state = 'completed'), 0) AS earned_idr
FROM learning_purchase
