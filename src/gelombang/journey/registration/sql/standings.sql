-- Locked in key order: whoever counts the letters of an address waits for the others who do.
SELECT id, person_id, state
FROM registration_registration
WHERE person_id = ANY(%(people)s::uuid[])
ORDER BY id
FOR UPDATE
