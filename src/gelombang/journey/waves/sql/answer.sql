-- Say of each request what became of it.
INSERT INTO waves_entryanswer (request_id, entry_id, refusal, wave_id, person_id, answered_at)
SELECT answer.request_id, entry.id, answer.refusal, answer.wave_id, answer.person_id, %(now)s
FROM unnest(%(requests)s::bigint[], %(refusals)s::text[], %(waves)s::text[], %(people)s::uuid[])
    AS answer (request_id, refusal, wave_id, person_id)
LEFT JOIN waves_entry AS entry
    ON answer.refusal = '' AND entry.wave_id = answer.wave_id
    AND entry.person_id = answer.person_id
