-- What all processes of the door did lately, in slots of five seconds. The queue is the sum of each
-- process's deepest in the slot.
SELECT slot,
       sum(offered)::bigint AS offered, sum(accepted)::bigint AS accepted,
       sum(ticketed)::bigint AS ticketed, sum(shed)::bigint AS shed,
       sum(paced)::bigint AS paced, sum(refused)::bigint AS refused,
       sum(depth)::bigint AS queue_depth, sum(batches)::bigint AS batches,
       sum(rows)::bigint AS rows, sum(commit_ms)::bigint AS commit_ms,
       count(*) AS processes
FROM (
    SELECT process, floor(extract(epoch FROM at) / 5)::bigint AS slot,
           sum(offered) AS offered, sum(accepted) AS accepted, sum(ticketed) AS ticketed,
           sum(shed) AS shed, sum(paced) AS paced, sum(refused) AS refused,
           max(queue_depth) AS depth, sum(batches) AS batches, sum(rows) AS rows,
           sum(commit_ms) AS commit_ms
    FROM door_tally
    WHERE at >= %(since)s AND at < %(until)s
    GROUP BY process, slot
) AS by_process
GROUP BY slot
ORDER BY slot
