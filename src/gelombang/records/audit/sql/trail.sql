-- The latest entries about one subject, by one actor, or at all; older pages by `before`.
SELECT
    audit_entry.id,
    audit_entry.at,
    audit_entry.real_at,
    audit_entry.actor,
    audit_entry.action,
    audit_entry.subject,
    audit_entry.detail::text AS detail,
    audit_link.position
FROM audit_entry
LEFT JOIN audit_link ON audit_link.entry_id = audit_entry.id
WHERE (%(subject)s::text IS NULL OR audit_entry.subject = %(subject)s)
  AND (%(actor)s::text IS NULL OR audit_entry.actor = %(actor)s)
  AND (%(before)s::bigint IS NULL OR audit_entry.id < %(before)s)
ORDER BY audit_entry.id DESC
LIMIT %(limit)s
