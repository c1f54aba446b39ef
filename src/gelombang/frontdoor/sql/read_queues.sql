-- How the queues stand: the watermark of each, who was handed a ticket behind it, and the measured
-- speeds of the last half minute. A call is over as many seconds as `call_queue.sql` made it up for,
-- ten at the most, so that a queue's first call, ten seconds ahead, does not look like a speed.
-- $1 the queues, $2 this real second.
SELECT
    queue.subject,
    COALESCE(call.watermark_us, 0) AS watermark_us,
    COALESCE(speed.called / speed.seconds, 0)::float8 AS served_per_second,
    COALESCE(lately.issued, 0) AS issued_lately,
    tally.second,
    tally.issued
FROM unnest($1::text[]) AS queue (subject)
LEFT JOIN LATERAL (
    SELECT watermark_us FROM queue_call
    WHERE subject = queue.subject
    ORDER BY tick DESC
    LIMIT 1
) AS call ON true
LEFT JOIN LATERAL (
    SELECT sum(called) AS called, sum(LEAST(tick - COALESCE(before, tick - 10), 10)) AS seconds
    FROM (
        SELECT tick, called, lag(tick) OVER (ORDER BY tick) AS before
        FROM queue_call
        WHERE subject = queue.subject AND tick > $2::bigint - 40
    ) AS lately
    WHERE tick > $2::bigint - 30
) AS speed ON true
LEFT JOIN LATERAL (
    SELECT sum(issued)::int AS issued FROM queue_tally
    WHERE subject = queue.subject AND second > $2::bigint - 30
) AS lately ON true
LEFT JOIN LATERAL (
    SELECT second, sum(issued)::int AS issued FROM queue_tally
    WHERE subject = queue.subject AND second >= COALESCE(call.watermark_us, 0) / 1000000
    GROUP BY second
    ORDER BY second
    LIMIT 50000
) AS tally ON true
ORDER BY queue.subject, tally.second
