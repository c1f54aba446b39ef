-- Sealed statements of a batch of identities.
SELECT id, nik_sealed, family_card_sealed, name_sealed, sex_sealed, birth_place_sealed,
    birth_date_sealed, province_sealed
FROM verification_identity
WHERE id = ANY(%(ids)s::bigint[])
