-- Whose these accounts are.
SELECT account_index, person_id
FROM disbursement_accountowner
WHERE account_index = ANY(%(indexes)s::bytea[])
