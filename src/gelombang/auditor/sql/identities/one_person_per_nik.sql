-- A NIK is verified for one person, and a person has one verified identity.
-- over verification_identity
SELECT 'identity:' || min(id) AS offender,
    'shares its NIK with ' || count(*) - 1 || ' more verified identities' AS problem
FROM verification_identity
WHERE state = 'verified'
GROUP BY person_index
HAVING count(*) > 1
UNION ALL
SELECT 'identity:' || min(id), 'is one of ' || count(*) || ' verified ones of its person'
FROM verification_identity
WHERE state = 'verified'
GROUP BY person_id
HAVING count(*) > 1
UNION ALL
SELECT 'person:' || min(id::text), 'holds a NIK that ' || count(*) - 1 || ' more hold'
FROM people_person
WHERE nik_index IS NOT NULL
GROUP BY nik_index
HAVING count(*) > 1
