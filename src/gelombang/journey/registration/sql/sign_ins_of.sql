SELECT id, device, signed_in_at, seen_at
FROM registration_signin
WHERE person_id = %(person_id)s AND ended_at IS NULL AND seen_at > %(since)s
ORDER BY seen_at DESC, id DESC
LIMIT %(most)s
