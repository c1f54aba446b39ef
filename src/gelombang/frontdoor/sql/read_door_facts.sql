-- The calendar and the controls of the door: a handful of rows, read every second.
SELECT subject, name, opens_at, closes_at, paused
FROM door_facts
LIMIT 1000
