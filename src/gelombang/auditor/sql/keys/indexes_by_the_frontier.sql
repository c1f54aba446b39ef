-- Every blind index is of the key that the frontier says for its place, so that a value has one.
-- over people_person
WITH indexed AS (
    SELECT 'people_person:' || id AS place, held.name, held.value
    FROM people_person,
        LATERAL (VALUES
            ('email_index', email_index),
            ('phone_index', phone_index),
            ('nik_index', nik_index)
        ) AS held (name, value)
    UNION ALL
    SELECT 'people_lifetimeclaim:' || id AS place, held.name, held.value
    FROM people_lifetimeclaim,
        LATERAL (VALUES ('lifetime_index', lifetime_index)) AS held (name, value)
    UNION ALL
    SELECT 'nominations_nomination:' || id AS place, held.name, held.value
    FROM nominations_nomination,
        LATERAL (VALUES ('nomination_index', nomination_index)) AS held (name, value)
    UNION ALL
    SELECT 'registration_signincode:' || id AS place, held.name, held.value
    FROM registration_signincode,
        LATERAL (VALUES ('email_index', email_index)) AS held (name, value)
    UNION ALL
    SELECT 'registration_contactchange:' || id AS place, held.name, held.value
    FROM registration_contactchange,
        LATERAL (VALUES ('email_index', email_index), ('phone_index', phone_index)) AS held (name, value)
    UNION ALL
    SELECT 'verification_identity:' || id AS place, held.name, held.value
    FROM verification_identity,
        LATERAL (VALUES
            ('person_index', person_index),
            ('nomination_index', nomination_index),
            ('lifetime_index', lifetime_index),
            ('family_card_index', family_card_index)
        ) AS held (name, value)
    UNION ALL
    SELECT 'verification_dispute:' || id AS place, held.name, held.value
    FROM verification_dispute,
        LATERAL (VALUES ('person_index', person_index)) AS held (name, value)
    UNION ALL
    SELECT 'verification_employmentnews:' || id AS place, held.name, held.value
    FROM verification_employmentnews,
        LATERAL (VALUES ('reference_index', reference_index)) AS held (name, value)
    UNION ALL
    SELECT 'disbursement_accountowner:' || encode(account_index, 'hex') AS place, held.name, held.value
    FROM disbursement_accountowner,
        LATERAL (VALUES ('account_index', account_index)) AS held (name, value)
    UNION ALL
    SELECT 'disbursement_payoutaccount:' || id AS place, held.name, held.value
    FROM disbursement_payoutaccount,
        LATERAL (VALUES ('account_index', account_index), ('held_index', held_index)) AS held (name, value)
), kept AS (
    SELECT place, name,
        CASE octet_length(value) WHEN 32 THEN 0 WHEN 33 THEN get_byte(value, 0) END AS key_id,
        ('x' || encode(substring(value FROM octet_length(value) - 31 FOR 4), 'hex'))::bit(32)::bigint
            AS start
    FROM indexed
    WHERE octet_length(value) IN (32, 33)
)
SELECT kept.place AS offender,
    kept.name || ' is of index key ' || kept.key_id || ', which the frontier has left' AS problem
FROM kept
CROSS JOIN keys_indexfrontier AS frontier
WHERE kept.key_id NOT IN (frontier.settled, frontier.coming)
   OR (frontier.settled <> frontier.coming AND kept.key_id = frontier.settled
       AND kept.start < frontier.reached)
