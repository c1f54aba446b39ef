-- Every verified identity is a fact to the civil registry: the latest answer up to its verdict says so.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender,
    CASE WHEN latest.verdict IS NULL THEN 'is verified without an answer of the civil registry'
         ELSE 'is verified against the latest answer of the civil registry' END AS problem
FROM verification_identity AS identity
LEFT JOIN (
    SELECT DISTINCT ON (attestation.identity_id) attestation.identity_id, attestation.verdict
    FROM verification_attestation AS attestation
    JOIN verification_identity AS judged ON judged.id = attestation.identity_id
    WHERE attestation.kind = 'civil_registry'
      AND (judged.decided_at IS NULL OR attestation.answered_at <= judged.decided_at)
    ORDER BY attestation.identity_id, attestation.id DESC
) AS latest ON latest.identity_id = identity.id
WHERE identity.state = 'verified' AND latest.verdict IS DISTINCT FROM 'fact'
