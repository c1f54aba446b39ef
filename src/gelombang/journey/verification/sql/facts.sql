-- What later steps may know about people: the statement in force and what registries said of it.
-- A verdict that is null is still being asked, or nobody asks in this programme (employed, excluded:
-- read one by one, so that whoever does not name them does not pay for them).
CREATE VIEW verification_facts AS
SELECT identity.person_id, identity.id AS identity_id, identity.state, identity.area,
    identity.decided_at, identity.birth_date_sealed, identity.lifetime_index,
    enrolled.verdict AS enrolled_verdict, enrolled.source AS enrolled_source,
    enrolled.code AS enrolled_code, enrolled.answered_at AS enrolled_at,
    aid.verdict AS social_aid_verdict, aid.source AS social_aid_source,
    aid.code AS social_aid_code, aid.answered_at AS social_aid_at,
    EXISTS (
        SELECT 1 FROM verification_nominationmatch AS found WHERE found.identity_id = identity.id
    ) AS nominated,
    (
        SELECT verdict FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'employment' ORDER BY id DESC LIMIT 1
    ) AS employed_verdict,
    (
        SELECT source FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'employment' ORDER BY id DESC LIMIT 1
    ) AS employed_source,
    (
        SELECT code FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'employment' ORDER BY id DESC LIMIT 1
    ) AS employed_code,
    (
        SELECT answered_at FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'employment' ORDER BY id DESC LIMIT 1
    ) AS employed_at,
    (
        SELECT verdict FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'exclusions' ORDER BY id DESC LIMIT 1
    ) AS excluded_verdict,
    (
        SELECT source FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'exclusions' ORDER BY id DESC LIMIT 1
    ) AS excluded_source,
    (
        SELECT code FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'exclusions' ORDER BY id DESC LIMIT 1
    ) AS excluded_code,
    (
        SELECT answered_at FROM verification_attestation
        WHERE identity_id = identity.id AND kind = 'exclusions' ORDER BY id DESC LIMIT 1
    ) AS excluded_at
FROM verification_identity AS identity
LEFT JOIN LATERAL (
    SELECT verdict, source, code, answered_at FROM verification_attestation
    WHERE identity_id = identity.id AND kind = 'education'
    ORDER BY id DESC LIMIT 1
) AS enrolled ON true
LEFT JOIN LATERAL (
    SELECT verdict, source, code, answered_at FROM verification_attestation
    WHERE identity_id = identity.id AND kind = 'social_aid'
    ORDER BY id DESC LIMIT 1
) AS aid ON true
WHERE NOT EXISTS (
    SELECT 1 FROM verification_identity AS later
    WHERE later.person_id = identity.person_id AND later.version > identity.version
);
