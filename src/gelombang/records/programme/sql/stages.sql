-- The stages of one wave, or of every wave, as people read them.
SELECT subject, name, name_en, areas, opens_at
FROM door_stages
WHERE %(subject)s::text IS NULL OR subject = %(subject)s
ORDER BY subject, opens_at, place
LIMIT 1000
