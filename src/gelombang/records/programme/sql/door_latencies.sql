-- The latencies of all processes of the door lately: how many fell into each bucket.
SELECT latency[i] AS bucket, sum(latency[i + 1])::bigint AS count
FROM door_tally, generate_series(1, cardinality(latency), 2) AS i
WHERE at >= %(since)s AND at < %(until)s
GROUP BY bucket
ORDER BY bucket
