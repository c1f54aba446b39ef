-- Confirmed claims of others on these NIKs. The caller holds the lock of deciders, so that nobody
-- else confirms one meanwhile.
SELECT id AS identity_id, person_id, person_index
FROM verification_identity
WHERE person_index = ANY(%(indexes)s::bytea[]) AND state IN ('verified', 'disputed')
FOR UPDATE
