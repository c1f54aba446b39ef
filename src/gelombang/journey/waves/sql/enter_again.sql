-- Enter people again who withdrew and asked once more afterwards. A request from before the
-- withdrawal, met late, changes nothing.
UPDATE waves_entry AS entry
SET state = 'joined', joined_at = asked.received_at, withdrawn_at = NULL
FROM (
    SELECT wave_id, person_id, max(received_at) AS received_at
    FROM unnest(%(waves)s::text[], %(people)s::uuid[], %(received)s::timestamptz[])
        AS each (wave_id, person_id, received_at)
    GROUP BY wave_id, person_id
) AS asked
WHERE entry.wave_id = asked.wave_id AND entry.person_id = asked.person_id
  AND entry.state = 'withdrawn' AND entry.withdrawn_at <= asked.received_at
