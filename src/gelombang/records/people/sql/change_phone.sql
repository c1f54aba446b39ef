UPDATE people_person
SET phone_index = %(phone_index)s, phone_sealed = %(phone_sealed)s
WHERE id = %(person_id)s AND erased_at IS NULL
