-- The code goes out once more, by text message; its life and its tries stay as they are.
UPDATE registration_signincode
SET texted_at = %(real_now)s, person_id = coalesce(person_id, %(person_id)s::uuid)
WHERE id = %(id)s
