-- Whoever got a verdict of the civil registry is owed a letter that says so.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender, 'nobody was told that it is ' || identity.state AS problem
FROM verification_identity AS identity
JOIN people_person AS person ON person.id = identity.person_id
LEFT JOIN notices_notice AS notice
    ON notice.key = 'verification:' || identity.id || ':' || identity.state
WHERE identity.state IN ('verified', 'refuted')
  AND notice.id IS NULL
  AND person.erased_at IS NULL
