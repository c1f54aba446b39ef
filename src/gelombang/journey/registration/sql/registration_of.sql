SELECT state, submitted_at, email_confirmed_at
FROM registration_registration
WHERE person_id = %(person_id)s
