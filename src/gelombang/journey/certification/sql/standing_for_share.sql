-- Whose a certificate is and whether it holds, held as it is until the caller's transaction ends.
SELECT id, number, state
FROM certification_certificate
WHERE number = %(number)s AND person_id = %(person_id)s
FOR SHARE
