-- A dispute stands between two or more people whose claims the civil registry has confirmed.
-- over verification_dispute
SELECT 'dispute:' || dispute.id AS offender,
    'has ' || count(DISTINCT identity.person_id) || ' people' AS problem
FROM verification_dispute AS dispute
LEFT JOIN verification_disputeclaim AS claim ON claim.dispute_id = dispute.id
LEFT JOIN verification_identity AS identity ON identity.id = claim.identity_id
GROUP BY dispute.id
HAVING count(DISTINCT identity.person_id) < 2
UNION ALL
SELECT 'identity:' || identity.id,
    CASE WHEN identity.person_index <> dispute.person_index THEN 'disputes a NIK that it does not claim'
         ELSE 'disputes a NIK that the civil registry never confirmed for it' END
FROM verification_dispute AS dispute
JOIN verification_disputeclaim AS claim ON claim.dispute_id = dispute.id
JOIN verification_identity AS identity ON identity.id = claim.identity_id
WHERE identity.person_index <> dispute.person_index
   OR NOT EXISTS (
    SELECT 1 FROM verification_attestation AS attestation
    WHERE attestation.identity_id = identity.id
      AND attestation.kind = 'civil_registry'
      AND attestation.verdict = 'fact'
   )
