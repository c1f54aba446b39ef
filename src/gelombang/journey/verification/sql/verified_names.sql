-- The sealed names of people as the civil registry confirmed them.
SELECT person_id, name_sealed
FROM verification_identity
WHERE person_id = ANY(%(ids)s::uuid[]) AND state = 'verified'
