-- Winners who need not wait any more.
UPDATE selection_candidate SET rechecks_since = NULL
WHERE entry_id = ANY (%(candidates)s::bigint[]) AND rechecks_since IS NOT NULL
