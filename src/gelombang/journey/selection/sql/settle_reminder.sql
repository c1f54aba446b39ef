-- Take awards off the list of those to be reminded.
UPDATE selection_award SET reminded_at = %(now)s::timestamptz WHERE id = ANY (%(ids)s::bigint[])
