-- What became of some payouts. The partner's number stays once it is known.
UPDATE disbursement_payout AS payout SET
    state = step.state,
    reason = step.reason,
    code = step.code,
    partner_ref = CASE WHEN step.partner_ref = '' THEN payout.partner_ref ELSE step.partner_ref END,
    answered_amount = COALESCE(step.answered_amount, payout.answered_amount),
    next_step_at = step.next_step_at,
    may_resend = step.may_resend,
    enquiries = payout.enquiries - CASE WHEN step.gives_back THEN 1 ELSE 0 END,
    settled_at = CASE WHEN step.is_final THEN %(now)s::timestamptz ELSE payout.settled_at END,
    leased_until = NULL
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[],
    %(partner_refs)s::text[], %(answered)s::bigint[], %(next_steps)s::timestamptz[],
    %(resends)s::bool[], %(back)s::bool[], %(finals)s::bool[]
) AS step (id, state, reason, code, partner_ref, answered_amount, next_step_at, may_resend,
           gives_back, is_final)
WHERE payout.id = step.id
