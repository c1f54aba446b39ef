-- Whether the present number of somebody was proven by a code.
SELECT EXISTS(
    SELECT 1
    FROM registration_contactchange
    WHERE
        person_id = %(person_id)s
        AND channel = 'phone'
        AND outcome = 'applied'
        AND phone_index = %(phone_index)s
)
