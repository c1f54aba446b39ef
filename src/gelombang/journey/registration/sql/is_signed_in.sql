SELECT EXISTS(
    SELECT 1 FROM registration_signin
    WHERE id = %(id)s AND person_id = %(person_id)s AND ended_at IS NULL
)
