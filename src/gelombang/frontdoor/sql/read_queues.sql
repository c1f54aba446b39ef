-- How the queues stand: the watermark of each, who was handed a ticket behind it, and the measured
-- speeds of the last half minute. Called is who was allowed to be called, not who was there: where
-- few wait, the speed says how fast many would be called. $1 the queues, $2 this real second.
SELECT
    queue.subject,
    COALESCE(call.watermark_us, 0) AS watermark_us,
    COALESCE(speed.per_second, 0)::float8 AS served_per_second,
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
    SELECT avg(NULLIF(per_second, 0)) AS per_second FROM queue_call
    WHERE subject = queue.subject AND tick > $2::bigint - 30
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
