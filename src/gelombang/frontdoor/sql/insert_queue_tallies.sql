-- How many tickets of which second of a queue's axis this process handed out: all that is kept of
-- those who wait.
INSERT INTO queue_tally (subject, second, issued)
SELECT *
FROM unnest($1::text[], $2::bigint[], $3::int[])
