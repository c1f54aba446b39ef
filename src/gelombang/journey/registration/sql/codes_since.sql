SELECT count(*)
FROM registration_signincode
WHERE email_index = %(email_index)s AND sent_at > %(since)s
