-- The certificates of a person, latest first; a person has few.
SELECT number, state, course_code, title_id, title_en, provider_name, hours, completed_at,
    issued_at, revoked_at, purchase_id
FROM certification_certificate
WHERE person_id = %(person_id)s
ORDER BY id DESC
LIMIT 100
