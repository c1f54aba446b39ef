-- Every confirmed claim on a contested NIK waits for casework; nothing is decided any more.
UPDATE verification_identity
SET state = 'disputed', decided_at = NULL
WHERE id = ANY(%(ids)s::bigint[]) AND state IN ('pending', 'verified')
