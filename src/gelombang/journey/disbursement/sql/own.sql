-- Who comes first owns the account for ever. In key order, so that two transactions that claim the
-- same accounts wait instead of deadlocking; whoever waited finds the first one's row.
INSERT INTO disbursement_accountowner (account_index, person_id)
SELECT claim.account_index, claim.person_id
FROM unnest(%(indexes)s::bytea[], %(people)s::uuid[]) WITH ORDINALITY
    AS claim (account_index, person_id, place)
ORDER BY claim.account_index, claim.place
ON CONFLICT (account_index) DO NOTHING
