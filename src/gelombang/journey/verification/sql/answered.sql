-- Checks that have a usable answer are done; the first answer counts, also of an expired claim,
-- since it is about the same statement.
UPDATE verification_check AS done
SET state = 'answered', leased_until = NULL
FROM verification_identity AS identity
WHERE done.id = ANY(%(ids)s::bigint[]) AND done.state <> 'answered'
  AND identity.id = done.identity_id
RETURNING done.id AS check_id, done.identity_id, identity.person_id, identity.person_index,
    identity.state
