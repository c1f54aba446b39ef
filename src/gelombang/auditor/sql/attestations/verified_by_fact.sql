-- Every verified identity is a fact to the civil registry: its latest answer says so.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender,
    CASE WHEN latest.verdict IS NULL THEN 'is verified without an answer of the civil registry'
         ELSE 'is verified against the latest answer of the civil registry' END AS problem
FROM verification_identity AS identity
LEFT JOIN (
    SELECT DISTINCT ON (identity_id) identity_id, verdict
    FROM verification_attestation
    WHERE kind = 'civil_registry'
    ORDER BY identity_id, id DESC
) AS latest ON latest.identity_id = identity.id
WHERE identity.state = 'verified' AND latest.verdict IS DISTINCT FROM 'fact'
