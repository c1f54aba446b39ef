-- Enter people who are not in the wave yet; whoever is, stays as they are.
INSERT INTO waves_entry (wave_id, person_id, state, joined_at)
SELECT wave_id, person_id, 'joined', min(received_at)
FROM unnest(%(waves)s::text[], %(people)s::uuid[], %(received)s::timestamptz[])
    AS asked (wave_id, person_id, received_at)
GROUP BY wave_id, person_id
ORDER BY wave_id, person_id
ON CONFLICT (wave_id, person_id) DO NOTHING
