-- Nothing changes where somebody else has the address: the unique index is the last word.
UPDATE people_person AS person
SET email_index = %(email_index)s, email_sealed = %(email_sealed)s
WHERE
    person.id = %(person_id)s
    AND person.erased_at IS NULL
    AND NOT EXISTS(
        SELECT 1 FROM people_person AS other WHERE other.email_index = %(email_index)s
    )
