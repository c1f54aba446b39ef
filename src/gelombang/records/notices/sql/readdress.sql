-- What is still owed goes to the new address.
UPDATE notices_notice
SET address_sealed = %(address_sealed)s
WHERE person_id = %(person_id)s AND state = 'owed' AND channel = 'email'
