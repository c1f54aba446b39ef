-- Whoever holds a NIK was verified with it, or is in a dispute about it.
-- over people_person
SELECT 'person:' || person.id AS offender, 'holds a NIK without an identity that says so' AS problem
FROM people_person AS person
WHERE person.nik_index IS NOT NULL
  AND NOT EXISTS (
    SELECT 1
    FROM verification_identity AS identity
    WHERE identity.person_id = person.id
      AND identity.person_index = person.nik_index
      AND identity.state IN ('verified', 'disputed')
  )
