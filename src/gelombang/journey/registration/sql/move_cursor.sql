UPDATE registration_intakecursor
SET xid = %(xid)s, row_id = %(row_id)s
WHERE intake = %(intake)s
