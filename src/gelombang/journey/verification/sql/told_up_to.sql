-- How far people are told of an interruption, and of its end.
UPDATE verification_interruption
SET told_check = %(check)s, told_end = %(end)s, is_closed = %(is_closed)s
WHERE id = %(interruption)s
