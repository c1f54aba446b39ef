-- Revocations whose holder has no letter yet; several workers never get the same ones.
SELECT id, number, person_id, title_id, title_en
FROM certification_certificate
WHERE state = 'revoked' AND revocation_told_at IS NULL
ORDER BY id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
