SELECT id, person_id, code_mac, salt, expires_at, attempts_left, used_at, texted_at
FROM registration_signincode
WHERE email_index = %(email_index)s
ORDER BY id DESC
LIMIT 1
