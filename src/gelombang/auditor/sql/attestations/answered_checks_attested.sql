-- Every answered question has its attestation, and every attestation answers a question.
-- over verification_check
SELECT 'check:' || question.id AS offender, 'is answered without an attestation' AS problem
FROM verification_check AS question
WHERE question.state = 'answered'
  AND NOT EXISTS (
    SELECT 1 FROM verification_attestation AS attestation
    WHERE attestation.identity_id = question.identity_id AND attestation.kind = question.kind
  )
UNION ALL
SELECT 'attestation:' || attestation.id, 'answers a question that was never asked'
FROM verification_attestation AS attestation
LEFT JOIN verification_check AS question
    ON question.identity_id = attestation.identity_id AND question.kind = attestation.kind
WHERE question.id IS NULL
