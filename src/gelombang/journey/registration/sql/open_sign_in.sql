INSERT INTO registration_signin (person_id, device, signed_in_at, seen_at)
VALUES (%(person_id)s, %(device)s, %(real_now)s, %(real_now)s)
RETURNING id
