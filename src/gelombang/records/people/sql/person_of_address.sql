SELECT id FROM people_person WHERE email_index = %(email_index)s
