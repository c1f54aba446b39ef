-- An address has one person, and a person has one registration.
-- over registration_registration
SELECT 'registration:' || min(registration.id) AS offender,
    'shares its address with ' || count(*) - 1 || ' more' AS problem
FROM registration_registration AS registration
JOIN people_person AS person ON person.id = registration.person_id
GROUP BY person.email_index
HAVING count(*) > 1
UNION ALL
SELECT 'registration:' || registration.id, 'belongs to nobody'
FROM registration_registration AS registration
LEFT JOIN people_person AS person ON person.id = registration.person_id
WHERE person.id IS NULL
