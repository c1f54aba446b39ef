-- One open dispute for each contested NIK.
INSERT INTO verification_dispute (person_index, opened_at)
SELECT DISTINCT wanted.person_index, %(now)s::timestamptz
FROM unnest(%(indexes)s::bytea[]) AS wanted (person_index)
ON CONFLICT (person_index) WHERE resolved_at IS NULL DO NOTHING
RETURNING id
