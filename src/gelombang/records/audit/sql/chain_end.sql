-- The latest link, and where its entry stands in the order of reading.
SELECT
    audit_link.position,
    audit_link.hash,
    audit_entry.id,
    audit_entry.xid::text AS xid
FROM audit_link
JOIN audit_entry ON audit_entry.id = audit_link.entry_id
ORDER BY audit_link.position DESC
LIMIT 1
