-- The accounts that these people change away from.
UPDATE disbursement_payoutaccount
SET state = 'replaced'
WHERE person_id = ANY(%(people)s::uuid[]) AND state = 'linked'
RETURNING person_id
