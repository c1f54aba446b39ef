-- People who stated the same as the first one, and are due after everybody else: a long queue. Their
-- answers would be disputes, so nobody measures them.
WITH first AS (
    SELECT * FROM verification_identity ORDER BY id LIMIT 1
), person AS (
    INSERT INTO people_person (id, email_sealed, email_index, language, enrolled_at)
    SELECT gen_random_uuid(), NULL,
        substring(first.family_card_index FROM 1 FOR length(first.family_card_index) - 8) || int8send(number),
        'id', now()
    FROM first CROSS JOIN generate_series(1, %(people)s) AS number
    RETURNING id
), stated AS (
    INSERT INTO verification_identity (
        person_id, version, state, nik_sealed, family_card_sealed, name_sealed, sex_sealed,
        birth_place_sealed, birth_date_sealed, province_sealed, person_index, nomination_index,
        lifetime_index, family_card_index, area, submitted_at
    )
    SELECT person.id, 1, 'pending', first.nik_sealed, first.family_card_sealed, first.name_sealed,
        first.sex_sealed, first.birth_place_sealed, first.birth_date_sealed, first.province_sealed,
        first.person_index, first.nomination_index, first.lifetime_index, first.family_card_index,
        '', now()
    FROM person CROSS JOIN first
    RETURNING id
)
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)
SELECT id, 'civil_registry', 'due', now() - interval '1 second', 0 FROM stated
