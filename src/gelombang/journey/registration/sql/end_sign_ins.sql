-- One, or all but one.
UPDATE registration_signin
SET ended_at = %(real_now)s
WHERE
    person_id = %(person_id)s
    AND ended_at IS NULL
    AND (id = %(id)s::bigint) = %(only)s::boolean
