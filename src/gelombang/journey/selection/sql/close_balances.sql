-- Take awards off the list of those with something to expire.
UPDATE selection_award SET balance_closed = true WHERE id = ANY (%(ids)s::bigint[])
