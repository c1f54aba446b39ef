-- The latest word on each purpose.
SELECT DISTINCT ON (purpose) purpose, version, given_at, withdrawn_at
FROM people_consent
WHERE person_id = %(person_id)s
ORDER BY purpose, id DESC
