-- The process that was to call the partner has not come back: nobody knows whether it did.
UPDATE disbursement_payout SET
    state = 'unknown', leased_until = NULL, next_step_at = %(now)s::timestamptz + %(gap)s::interval
WHERE id IN (
    SELECT id FROM disbursement_payout
    WHERE state = 'sent' AND leased_until < %(real_now)s
    ORDER BY leased_until LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
