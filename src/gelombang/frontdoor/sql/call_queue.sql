-- Call the next ones of a queue: move its watermark over as many tickets as may come in since the
-- last call. Whichever process is first for a second appends it, and the others change nothing.
-- $1 the queue, $2 this real second, $3 now in microseconds, $4 tickets a second. The watermark never
-- moves back. Who is called needs some seconds to look, and the door would stand idle meanwhile: a
-- queue that was not called for ten seconds, or never, is called ten seconds ahead, of which the
-- next calls have what this one does not need. A call that comes late makes up for ten seconds too.
WITH before AS (
    SELECT
        COALESCE(max(call.tick), $2::bigint - 10) AS tick,
        COALESCE(max(call.watermark_us), 0) AS watermark_us,
        COALESCE(max(call.spare), 0) AS spare
    FROM (
        SELECT tick, watermark_us, spare
        FROM queue_call
        WHERE subject = $1::text
        ORDER BY tick DESC
        LIMIT 1
    ) AS call
),

waiting AS (
    SELECT
        tally.second,
        GREATEST(tally.second * 1000000, before.watermark_us) AS from_us,
        sum(tally.issued)
        * LEAST(1, ((tally.second + 1) * 1000000 - before.watermark_us) / 1000000.0) AS tickets
    FROM queue_tally AS tally
    CROSS JOIN before
    WHERE tally.subject = $1::text AND tally.second >= before.watermark_us / 1000000
    GROUP BY tally.second, before.watermark_us
),

running AS (
    SELECT second, from_us, tickets, sum(tickets) OVER (ORDER BY second) AS upto
    FROM waiting
    WHERE tickets > 0
),

allowed AS (
    SELECT LEAST(spare + ($2::bigint - tick) * $4::int, 10 * $4::int)::numeric AS tickets FROM before
),

reached AS (
    SELECT
        running.from_us
        + ((running.second + 1) * 1000000 - running.from_us)
        * ((allowed.tickets - running.upto + running.tickets) / running.tickets) AS watermark_us
    FROM running
    CROSS JOIN allowed
    WHERE running.upto >= allowed.tickets
    ORDER BY running.second
    LIMIT 1
)

INSERT INTO queue_call (subject, tick, watermark_us, called, spare, per_second)
SELECT
    $1::text,
    $2::bigint,
    GREATEST(before.watermark_us, COALESCE((SELECT watermark_us FROM reached), $3::bigint))::bigint,
    whole.called,
    (allowed.tickets - whole.called)::int,
    $4::int
FROM before
CROSS JOIN allowed
CROSS JOIN LATERAL (
    SELECT LEAST(allowed.tickets, COALESCE((SELECT max(upto) FROM running), 0))::int AS called
) AS whole
WHERE $2::bigint > before.tick
ON CONFLICT (subject, tick) DO NOTHING
