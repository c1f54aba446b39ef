UPDATE registration_contactchange
SET attempts_left = attempts_left - 1
WHERE id = %(id)s AND attempts_left > 0
