-- End awards whose people bought nothing by the deadline.
UPDATE selection_award
SET state = 'lapsed', ended_at = %(now)s::timestamptz, end_reason = %(reason)s::text
WHERE id = ANY (%(ids)s::bigint[])
