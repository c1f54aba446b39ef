-- Entry requests of a wave that arrived at its close or later, and how many of them claim an instant
-- from before it, as they must.
SELECT
    count(*) AS late,
    count(*) FILTER (WHERE claimed_at < %(closes_at)s) AS claimed_before
FROM wave_entry_request
WHERE wave_id = %(wave_id)s AND received_at >= %(closes_at)s
