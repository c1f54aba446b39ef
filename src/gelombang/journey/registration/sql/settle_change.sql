UPDATE registration_contactchange
SET outcome = %(outcome)s, settled_at = %(real_now)s
WHERE id = %(id)s AND outcome = ''
