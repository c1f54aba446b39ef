-- Let winners wait for a fresh answer before they are awarded.
UPDATE selection_candidate SET rechecks_since = %(now)s::timestamptz
WHERE entry_id = ANY (%(candidates)s::bigint[])
