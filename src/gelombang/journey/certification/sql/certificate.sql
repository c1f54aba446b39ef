-- One certificate with its sealed holder.
SELECT number, state, course_code, title_id, title_en, provider_name, hours, completed_at,
    issued_at, revoked_at, purchase_id, person_id, holder_sealed
FROM certification_certificate
WHERE number = %(number)s
