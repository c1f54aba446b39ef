-- How much there is to tell a partner and to ask it now, each counted up to a limit.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM disbursement_payout AS payout
        JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
        WHERE payout.partner = %(partner)s AND payout.state = 'released'
          AND batch.state = 'released'
        LIMIT %(limit)s) AS first)
    + (SELECT count(*) FROM (
        SELECT FROM disbursement_payout AS payout
        JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
        WHERE payout.partner = %(partner)s AND payout.next_step_at IS NOT NULL
          AND payout.next_step_at <= %(now)s AND payout.state = 'unknown' AND payout.may_resend
          AND batch.state = 'released'
        LIMIT %(limit)s) AS again) AS to_pay,
    (SELECT count(*) FROM (
        SELECT FROM disbursement_payout
        WHERE partner = %(partner)s AND next_step_at IS NOT NULL AND next_step_at <= %(now)s
          AND state IN ('unknown', 'failed') AND NOT may_resend
          AND (leased_until IS NULL OR leased_until < %(real_now)s)
        LIMIT %(limit)s) AS asked) AS to_enquire
