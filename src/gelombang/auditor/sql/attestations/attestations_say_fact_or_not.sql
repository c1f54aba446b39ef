-- An attestation says fact or no fact, names its source, and keeps the digest of the raw answer.
-- over verification_attestation
SELECT 'attestation:' || id AS offender,
    CASE WHEN verdict NOT IN ('fact', 'no_fact') THEN 'says neither fact nor no fact'
         WHEN source = '' THEN 'does not say who answered'
         ELSE 'keeps no digest of the answer' END AS problem
FROM verification_attestation
WHERE verdict NOT IN ('fact', 'no_fact')
   OR source = ''
   OR answer_sha256 !~ '^[0-9a-f]{64}$'
