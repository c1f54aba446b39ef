-- They arrived.
UPDATE disbursement_instalment SET state = 'paid', paid_at = %(now)s
WHERE id = ANY (%(ids)s::bigint[])
