-- Take away the counts of the front door that are older than a week, a bounded set of each kind.
-- The latest call of each queue stays: a watermark never moves back.
WITH old_tallies AS (
    DELETE FROM door_tally
    WHERE id IN (
        SELECT id FROM door_tally
        WHERE at < to_timestamp(%(before)s::double precision)
        ORDER BY at
        LIMIT %(limit)s::int
    )
    RETURNING 1
),

old_places AS (
    DELETE FROM queue_tally
    WHERE id IN (
        SELECT id FROM queue_tally WHERE second < %(before)s::bigint LIMIT %(limit)s::int
    )
    RETURNING 1
),

old_calls AS (
    DELETE FROM queue_call AS call
    WHERE call.id IN (
        SELECT old.id FROM queue_call AS old
        WHERE old.tick < %(before)s::bigint
          AND EXISTS (
              SELECT FROM queue_call AS newer
              WHERE newer.subject = old.subject AND newer.tick > old.tick
          )
        LIMIT %(limit)s::int
    )
    RETURNING 1
)

SELECT
    (SELECT count(*) FROM old_tallies) + (SELECT count(*) FROM old_places)
    + (SELECT count(*) FROM old_calls)
