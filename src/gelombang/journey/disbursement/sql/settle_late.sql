-- It had failed, and now it has arrived.
UPDATE disbursement_payout SET
    state = 'paid', reason = '', code = %(code)s, settled_at = %(now)s,
    partner_ref = CASE WHEN %(partner_ref)s = '' THEN partner_ref ELSE %(partner_ref)s END,
    next_step_at = NULL, leased_until = NULL
WHERE id = %(id)s
