UPDATE certification_certificate
SET revocation_told_at = %(now)s
WHERE id = ANY(%(ids)s::bigint[])
