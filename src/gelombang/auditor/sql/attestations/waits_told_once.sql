-- Of each long interruption a person is told once that the check waits and at most once that it goes on, by one letter each.
-- over verification_waitnotice
SELECT 'wait:' || told.id AS offender,
    CASE WHEN interruption.id IS NULL THEN 'tells of an interruption that is missing'
         WHEN notice.id IS NULL THEN 'has no letter'
         WHEN told.phase = 'waits' THEN 'tells of a wait of less than two hours'
         ELSE 'tells that a check goes on whose wait nobody was told' END AS problem
FROM verification_waitnotice AS told
LEFT JOIN verification_interruption AS interruption ON interruption.id = told.interruption_id
LEFT JOIN verification_identity AS identity ON identity.id = told.identity_id
LEFT JOIN people_person AS person ON person.id = identity.person_id
LEFT JOIN notices_notice AS notice
    ON notice.key = 'verification.' || told.phase || ':' || told.interruption_id || ':' || told.identity_id
WHERE interruption.id IS NULL
   OR (notice.id IS NULL AND person.erased_at IS NULL)
   OR (told.phase = 'waits' AND told.told_at < interruption.began_at + interval '2 hours')
   OR (told.phase = 'goes_on' AND NOT EXISTS (
        SELECT 1 FROM verification_waitnotice AS earlier
        WHERE earlier.interruption_id = told.interruption_id
          AND earlier.identity_id = told.identity_id
          AND earlier.phase = 'waits'
          AND earlier.told_at <= told.told_at))
UNION ALL
SELECT 'notice:' || notice.id, 'tells of a wait that nobody noted'
FROM notices_notice AS notice
WHERE notice.kind IN ('verification.waits', 'verification.goes_on')
  AND NOT EXISTS (
    SELECT 1 FROM verification_waitnotice AS told
    WHERE notice.key = 'verification.' || told.phase || ':' || told.interruption_id || ':' || told.identity_id
  )
UNION ALL
SELECT 'identity:' || identity_id, 'was told ' || count(*) || ' times of one change'
FROM verification_waitnotice
GROUP BY interruption_id, identity_id, phase
HAVING count(*) > 1
