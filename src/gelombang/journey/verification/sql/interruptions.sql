-- Interruptions that somebody may have to be told of yet.
SELECT id, kind, cause, began_at, began_real_at, ended_at, ended_real_at, told_check, told_end
FROM verification_interruption
WHERE NOT is_closed
ORDER BY id
FOR UPDATE SKIP LOCKED
