-- Questions that a registry could not process are asked again from the beginning, once people have
-- looked.
UPDATE verification_check
SET state = 'due', unprocessed = 0, due_at = %(real_now)s
WHERE kind = %(kind)s AND state = 'held'
