-- A person has one entry in a wave.
-- over waves_entry
SELECT 'entry:' || min(id) AS offender, 'is one of ' || count(*) || ' of its person' AS problem
FROM waves_entry
GROUP BY wave_id, person_id
HAVING count(*) > 1
