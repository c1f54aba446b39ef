-- The sealed province of residence of statements that the registry confirmed just now.
SELECT id, province_sealed FROM verification_identity WHERE id = ANY(%(ids)s::bigint[])
