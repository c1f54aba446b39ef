-- Whoever bought a course has used the lifetime claim of the award.
-- over learning_purchase
SELECT DISTINCT 'award:' || purchase.award_id AS offender,
    'bought a course, and its lifetime claim is ' || coalesce(claim.state, 'not there') AS problem
FROM learning_purchase AS purchase
LEFT JOIN people_lifetimeclaim AS claim ON claim.basis = 'award:' || purchase.award_id
WHERE claim.state IS DISTINCT FROM 'used'
