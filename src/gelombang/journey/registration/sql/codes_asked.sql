SELECT sent_at, used_at
FROM registration_signincode
WHERE email_index = %(email_index)s AND sent_at > %(since)s
ORDER BY id DESC
LIMIT %(most)s
