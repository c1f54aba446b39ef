-- Something strange about a payout that failed, for people to look at; nothing more is asked about
-- it by itself.
UPDATE disbursement_payout SET
    reason = %(reason)s, answered_amount = COALESCE(%(amount)s::bigint, answered_amount),
    next_step_at = NULL, leased_until = NULL
WHERE id = %(id)s
