-- What was due cannot be paid. Where the account is to blame, another account puts it right, and a
-- new month a full one; null where nothing is in sight.
UPDATE disbursement_instalment AS instalment
SET state = 'held',
    held_reason = held.reason,
    look_again_at = CASE
        WHEN held.reason = 'recheck' THEN %(look_again)s::timestamptz
        WHEN held.reason IN ('account_refused', 'limit') THEN LEAST(
            (
                SELECT other.effective_at FROM disbursement_payoutaccount AS other
                WHERE other.person_id = instalment.person_id AND other.state = 'linked'
                  AND other.id <> held.account_id
            ),
            CASE WHEN held.reason = 'limit' THEN %(next_month)s::timestamptz END
        )
    END
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[], %(accounts)s::bigint[])
    AS held (id, reason, account_id)
WHERE instalment.id = held.id AND instalment.state = 'due'
