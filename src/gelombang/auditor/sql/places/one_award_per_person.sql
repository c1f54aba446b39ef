-- A person holds one award at a time, and a candidate got one at most.
-- over selection_award
SELECT 'award:' || min(id) AS offender,
    'is one of ' || count(*) || ' that its person holds' AS problem
FROM selection_award
WHERE state IN ('open', 'accepted')
GROUP BY person_id
HAVING count(*) > 1
UNION ALL
SELECT 'award:' || min(id), 'is one of ' || count(*) || ' of its candidate'
FROM selection_award
GROUP BY candidate_id
HAVING count(*) > 1
