-- Every refuted identity has an answer of the civil registry that says no.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender, 'is refuted, and no answer of the civil registry says so' AS problem
FROM verification_identity AS identity
WHERE identity.state = 'refuted'
  AND NOT EXISTS (
    SELECT 1 FROM verification_attestation AS attestation
    WHERE attestation.identity_id = identity.id
      AND attestation.kind = 'civil_registry'
      AND attestation.verdict = 'no_fact'
  )
