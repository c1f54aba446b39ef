-- Whether any review came since the cursor.
SELECT 1 FROM review_facts WHERE xid >= %(since)s::text::xid8 LIMIT 1
