-- The verified names of a batch of people, as they lie: sealed.
SELECT person_id, name_sealed
FROM verification_identity
WHERE person_id = ANY(%(people)s::uuid[]) AND state = 'verified'
