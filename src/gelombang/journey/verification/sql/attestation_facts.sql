-- The latest answer of each registry about each verified person, and how long it may be relied on.
-- Nobody stands here whose identity is not verified, or in dispute.
CREATE VIEW attestation_facts AS
SELECT identity.person_id, latest.kind, latest.verdict, latest.source, latest.code,
    latest.answered_at, latest.expires_at
FROM verification_identity AS identity
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (kind) kind, verdict, source, code, answered_at, expires_at
    FROM verification_attestation
    WHERE identity_id = identity.id
    ORDER BY kind, id DESC
) AS latest
WHERE identity.state = 'verified';
