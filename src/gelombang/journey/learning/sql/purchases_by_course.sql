-- Purchases of every course by state, for the desk.
SELECT course_id, state, count(*) AS purchases
FROM learning_purchase
GROUP BY course_id, state
