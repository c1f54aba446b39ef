-- Which area may join a wave from when: a handful of rows, where the programme opens by areas.
SELECT subject, name, name_en, opens_at
FROM door_stages
ORDER BY subject, opens_at, place
LIMIT 1000
