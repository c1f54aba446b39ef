-- Let carried entries go on as their people's entries in the next wave. Whoever has joined that wave
-- already, or left it again, goes on as they decided there.
UPDATE waves_entry AS carried
SET continues_as_id = following.id
FROM waves_entry AS following
WHERE carried.id = ANY (%(entries)s::bigint[]) AND carried.continues_as_id IS NULL
  AND following.wave_id = %(wave)s AND following.person_id = carried.person_id
