-- The accounts that are decided now; those decided before are left out.
SELECT id AS account_id, person_id, partner, ending, account_index
FROM disbursement_payoutaccount
WHERE id = ANY(%(ids)s::bigint[]) AND state = 'asked'
ORDER BY id
FOR UPDATE
