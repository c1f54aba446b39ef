-- Everybody who matters to a set of settlements: present holders of the NIKs, and claimers who
-- hold a NIK already.
SELECT id, nik_index FROM people_person WHERE nik_index = ANY(%(nik_indexes)s::bytea[])
UNION
SELECT id, nik_index FROM people_person WHERE id = ANY(%(ids)s::uuid[]) AND nik_index IS NOT NULL
