-- Only the newest change of a channel goes on.
UPDATE registration_contactchange
SET outcome = %(outcome)s, settled_at = %(real_now)s
WHERE
    person_id = %(person_id)s AND channel = %(channel)s AND outcome = '' AND id <> %(except_id)s
