UPDATE registration_contactchange
SET proven_at = %(real_now)s, effective_at = %(effective_at)s
WHERE id = %(id)s AND proven_at IS NULL AND attempts_left > 0
