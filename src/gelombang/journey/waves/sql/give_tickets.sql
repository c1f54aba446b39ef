-- Give tickets; a number that somebody has already is not given, and comes again with another.
INSERT INTO waves_ticket (ticket, entry_id)
SELECT ticket, entry_id FROM unnest(%(tickets)s::text[], %(entries)s::bigint[])
    AS wish (ticket, entry_id)
ORDER BY ticket
ON CONFLICT (ticket) DO NOTHING
RETURNING entry_id
