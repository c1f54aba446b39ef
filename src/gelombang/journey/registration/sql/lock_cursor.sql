-- The lock on this one row makes a puller the only one; another worker finds no row and leaves.
SELECT xid, row_id
FROM registration_intakecursor
WHERE intake = %(intake)s
FOR UPDATE SKIP LOCKED
