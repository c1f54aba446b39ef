-- Whoever is verified holds the NIK of that identity.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender, 'is verified, and its person does not hold the NIK' AS problem
FROM verification_identity AS identity
LEFT JOIN people_person AS person ON person.id = identity.person_id
WHERE identity.state = 'verified'
  AND person.nik_index IS DISTINCT FROM identity.person_index
