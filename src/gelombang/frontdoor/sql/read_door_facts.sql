-- The calendar and the controls of the door: a handful of rows, read every second;
-- the key that new blind indexes are made with; and how long letters take to leave.
-- A wave in which even the areas that no stage names join later than it opens has nobody to take
-- in before its first stage: to the door it opens then.
SELECT
    subject, name, GREATEST(door_facts.opens_at, first_stage.opens_at) AS opens_at, closes_at,
    finish_until, signed_off, paused, admission_per_second, proof_cost, address_per_minute,
    network_per_minute, house_admission, index_key_facts.settled,
    letter_wait_seconds, letter_wait_measured_at
FROM door_facts
LEFT JOIN (
    SELECT subject, min(opens_at) AS opens_at
    FROM door_stages
    GROUP BY subject
    HAVING bool_or(areas = '')
) AS first_stage USING (subject)
CROSS JOIN index_key_facts
LEFT JOIN letter_wait_facts ON TRUE
LIMIT 1000
