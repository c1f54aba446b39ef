-- Written down, and committed, before the partner hears of it.
UPDATE disbursement_payout SET
    state = 'sent', attempts = attempts + 1, sent_at = %(now)s, leased_until = %(leased_until)s,
    enquiries = 0, next_step_at = NULL, may_resend = false
WHERE id = ANY (%(ids)s::bigint[])
