-- How many entries wait for the sealer, those of unfinished transactions aside.
SELECT count(*)
FROM audit_entry
WHERE (xid, id) > (%(xid)s::xid8, %(id)s)
