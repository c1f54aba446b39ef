-- A claim that bars stands once per NIK, and rests on an award that is there or on an import.
-- over people_lifetimeclaim
SELECT 'claim:' || min(id) AS offender,
    'is one of ' || count(*) || ' that bar the same person' AS problem
FROM people_lifetimeclaim
WHERE state IN ('held', 'used')
GROUP BY lifetime_index
HAVING count(*) > 1
UNION ALL
SELECT 'claim:' || claim.id, 'rests on ' || claim.basis || ', which is not there or has ended'
FROM people_lifetimeclaim AS claim
LEFT JOIN selection_award AS award ON claim.basis = 'award:' || award.id
WHERE claim.basis LIKE 'award:%'
  AND (award.id IS NULL OR claim.state = 'held' AND award.state NOT IN ('open', 'accepted'))
UNION ALL
SELECT 'claim:' || id, 'rests on neither an award nor an import'
FROM people_lifetimeclaim
WHERE basis !~ '^(award:[0-9]+|import:[0-9a-f]{64}:[0-9]+)$'
