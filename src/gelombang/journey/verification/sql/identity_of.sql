-- The statement in force of a person, its question and the registry's latest answer.
SELECT identity.id, identity.version, identity.state, identity.submitted_at, identity.decided_at,
    identity.area, question.id AS check_id, question.due_at, question.needed_by,
    question.state AS check_state, attested.code, attested.detail
FROM verification_identity AS identity
LEFT JOIN verification_check AS question
    ON question.identity_id = identity.id AND question.kind = 'civil_registry'
LEFT JOIN LATERAL (
    SELECT code, detail FROM verification_attestation
    WHERE identity_id = identity.id AND kind = 'civil_registry'
    ORDER BY id DESC LIMIT 1
) AS attested ON true
WHERE identity.person_id = %(person_id)s
ORDER BY identity.version DESC
LIMIT 1
