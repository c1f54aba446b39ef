-- Payouts to be asked about now. The enquiry counts, and the next one is planned, before the
-- partner is asked, so that a crash never makes one more of them or brings two close together.
UPDATE disbursement_payout AS payout SET
    enquiries = payout.enquiries + 1,
    leased_until = %(leased_until)s,
    next_step_at = CASE WHEN payout.enquiries + 1 < %(most)s
        THEN %(now)s::timestamptz + %(gap)s::interval END
WHERE payout.id IN (
    SELECT id FROM disbursement_payout
    WHERE partner = %(partner)s
      AND next_step_at IS NOT NULL AND next_step_at <= %(now)s
      AND state IN ('unknown', 'failed') AND NOT may_resend
      AND (leased_until IS NULL OR leased_until < %(real_now)s)
    ORDER BY next_step_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING payout.id, payout.attempts, payout.reference, payout.amount
