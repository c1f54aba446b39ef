SELECT email_sealed, email_index, phone_sealed, phone_index, language
FROM people_person
WHERE id = %(person_id)s AND email_sealed IS NOT NULL
