-- Every statement in force, sealed as it lies, with its answers and how many of its checks are open.
SELECT identity.state, identity.nik_sealed, identity.family_card_sealed, identity.name_sealed,
    identity.sex_sealed, identity.birth_place_sealed, identity.birth_date_sealed,
    identity.province_sealed,
    (SELECT count(*) FROM verification_check AS question
     WHERE question.identity_id = identity.id AND question.state <> 'answered') AS open_checks,
    (SELECT coalesce(json_agg(json_build_object(
        'kind', attested.kind, 'verdict', attested.verdict, 'code', attested.code,
        'elements', coalesce(attested.detail -> 'elements', '[]'::jsonb)
     )), '[]'::json)
     FROM verification_attestation AS attested
     WHERE attested.identity_id = identity.id) AS answers
FROM verification_identity AS identity
WHERE NOT EXISTS (
    SELECT 1 FROM verification_identity AS later
    WHERE later.person_id = identity.person_id AND later.version > identity.version
)
