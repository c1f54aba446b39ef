-- The attempt came to nothing: the instalments are owed again.
UPDATE disbursement_instalment SET state = 'due'
WHERE id = ANY (%(ids)s::bigint[]) AND state = 'in_payment'
