-- What each process of the door was offered lately: they share the admission by it.
-- $1 since when (real), $2 this process.
SELECT
    count(DISTINCT process)::int AS processes,
    COALESCE(sum(offered), 0)::int AS offered,
    COALESCE(sum(offered) FILTER (WHERE process = $2::text), 0)::int AS own
FROM door_tally
WHERE at > $1::timestamptz
