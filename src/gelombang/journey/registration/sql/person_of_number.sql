-- Who proved this number last and has not changed it since, two at most: where several share it,
-- the number alone says nobody. The newest applied change of a person is their present number.
SELECT DISTINCT change.person_id
FROM registration_contactchange AS change
WHERE
    change.channel = 'phone'
    AND change.outcome = 'applied'
    AND change.phone_index = %(phone_index)s
    AND NOT EXISTS (
        SELECT 1
        FROM registration_contactchange AS later
        WHERE
            later.person_id = change.person_id
            AND later.channel = 'phone'
            AND later.outcome = 'applied'
            AND later.id > change.id
            AND later.phone_index <> change.phone_index
    )
LIMIT 2
