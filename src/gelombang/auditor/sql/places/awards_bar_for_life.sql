-- Every award that holds a place has one claim that bars, on the NIK of its verified person.
-- over selection_award
SELECT 'award:' || award.id AS offender,
    CASE WHEN count(claim.id) = 0 THEN 'has no lifetime claim that bars'
         WHEN count(claim.id) > 1 THEN 'has ' || count(claim.id) || ' lifetime claims'
         ELSE 'has the lifetime claim of another NIK' END AS problem
FROM selection_award AS award
LEFT JOIN people_lifetimeclaim AS claim
    ON claim.basis = 'award:' || award.id AND claim.state IN ('held', 'used')
LEFT JOIN verification_identity AS identity
    ON identity.person_id = award.person_id AND identity.lifetime_index = claim.lifetime_index
WHERE award.state IN ('open', 'accepted')
GROUP BY award.id
HAVING count(DISTINCT claim.id) <> 1 OR count(identity.id) = 0
