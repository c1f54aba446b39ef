-- How many processes of the door told of themselves lately: they share the admission.
SELECT count(DISTINCT process)::int AS processes
FROM door_tally
WHERE at > $1::timestamptz
