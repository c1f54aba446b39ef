-- A person's accounts, latest first.
SELECT id AS account_id, partner, ending, state, reason, asked_at, decided_at, effective_at,
    account_sealed
FROM disbursement_payoutaccount
WHERE person_id = %(person_id)s AND state = ANY(%(states)s)
ORDER BY id DESC
LIMIT 1
