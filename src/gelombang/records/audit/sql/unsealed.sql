-- Entries that have no place in the chain yet, in the order that they will have there.
-- Only transactions below the snapshot's xmin are read: all of them have ended, so nothing can
-- appear later between two entries that are already chained.
-- The order names the table: a bare `xid` would be the text of the select list, and sort as text.
SELECT
    audit_entry.id,
    audit_entry.xid::text AS xid,
    audit_entry.at,
    audit_entry.real_at,
    audit_entry.actor,
    audit_entry.action,
    audit_entry.subject,
    audit_entry.detail::text AS detail
FROM audit_entry
WHERE (audit_entry.xid, audit_entry.id) > (%(xid)s::xid8, %(id)s)
  AND audit_entry.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY audit_entry.xid, audit_entry.id
LIMIT %(limit)s
