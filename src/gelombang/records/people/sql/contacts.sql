-- Erased people have no address any more and are left out.
SELECT id, email_sealed, language
FROM people_person
WHERE id = ANY(%(ids)s::uuid[]) AND email_sealed IS NOT NULL
