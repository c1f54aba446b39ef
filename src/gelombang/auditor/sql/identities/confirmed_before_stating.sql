-- Only somebody with a confirmed address has stated an identity.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender, 'was stated before its person confirmed the address' AS problem
FROM verification_identity AS identity
LEFT JOIN registration_registration AS registration ON registration.person_id = identity.person_id
WHERE registration.email_confirmed_at IS NULL
   OR registration.email_confirmed_at > identity.submitted_at
