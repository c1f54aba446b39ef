-- Take payouts back that certainly were not carried out: what never left is stopped, what the
-- partner did not take has failed.
UPDATE disbursement_payout AS payout SET
    state = CASE payout.state WHEN 'unknown' THEN 'failed' ELSE 'stopped' END,
    reason = recalled.why, may_resend = false, next_step_at = NULL, leased_until = NULL,
    settled_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(whys)s::text[]) AS recalled (id, why)
WHERE payout.id = recalled.id
