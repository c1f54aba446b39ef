-- The unique index people_one_person_per_nik is the last word on one person per NIK.
UPDATE people_person AS person
SET nik_index = wanted.nik_index
FROM unnest(%(ids)s::uuid[], %(nik_indexes)s::bytea[]) AS wanted (person_id, nik_index)
WHERE person.id = wanted.person_id AND person.nik_index IS NULL
