-- A statement of its own: it sees people whom another transaction enrolled while we waited.
SELECT id, email_index FROM people_person WHERE email_index = ANY(%(email_indexes)s::bytea[])
