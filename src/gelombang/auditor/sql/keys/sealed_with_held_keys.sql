-- No sealed value needs a key older than the one to which everything was re-sealed last.
-- over people_person
WITH held AS (
    SELECT (detail ->> 'key')::int AS oldest
    FROM audit_entry
    WHERE action = 'keys.reseal'
    ORDER BY id DESC
    LIMIT 1
), sealed AS (
    SELECT 'notices_notice:' || id AS place, held.name, held.value
    FROM notices_notice,
        LATERAL (VALUES ('address_sealed', address_sealed), ('letter_sealed', letter_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'people_person:' || id AS place, held.name, held.value
    FROM people_person,
        LATERAL (VALUES ('email_sealed', email_sealed), ('phone_sealed', phone_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'nominations_nomination:' || id AS place, held.name, held.value
    FROM nominations_nomination,
        LATERAL (VALUES
            ('nik_sealed', nik_sealed),
            ('name_sealed', name_sealed),
            ('phone_sealed', phone_sealed)
        ) AS held (name, value)
    UNION ALL
    SELECT 'registration_submission:' || id AS place, held.name, held.value
    FROM registration_submission,
        LATERAL (VALUES ('email_sealed', email_sealed), ('phone_sealed', phone_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'registration_contactchange:' || id AS place, held.name, held.value
    FROM registration_contactchange,
        LATERAL (VALUES ('email_sealed', email_sealed), ('phone_sealed', phone_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'verification_identity:' || id AS place, held.name, held.value
    FROM verification_identity,
        LATERAL (VALUES
            ('nik_sealed', nik_sealed),
            ('family_card_sealed', family_card_sealed),
            ('name_sealed', name_sealed),
            ('sex_sealed', sex_sealed),
            ('birth_place_sealed', birth_place_sealed),
            ('birth_date_sealed', birth_date_sealed),
            ('province_sealed', province_sealed)
        ) AS held (name, value)
    UNION ALL
    SELECT 'learning_provider:' || code AS place, held.name, held.value
    FROM learning_provider,
        LATERAL (VALUES ('sign_key_sealed', sign_key_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'certification_certificate:' || id AS place, held.name, held.value
    FROM certification_certificate,
        LATERAL (VALUES ('holder_sealed', holder_sealed)) AS held (name, value)
    UNION ALL
    SELECT 'disbursement_payoutaccount:' || id AS place, held.name, held.value
    FROM disbursement_payoutaccount,
        LATERAL (VALUES ('account_sealed', account_sealed), ('holder_sealed', holder_sealed)) AS held (name, value)
)
SELECT sealed.place AS offender,
    sealed.name || ' is sealed with key ' || get_byte(sealed.value, 1) || ', before key '
        || held.oldest AS problem
FROM sealed
CROSS JOIN held
WHERE octet_length(sealed.value) > 2 AND get_byte(sealed.value, 1) < held.oldest
