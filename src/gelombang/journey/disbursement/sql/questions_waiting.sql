-- How many accounts a partner may be asked about now, counted up to a limit: cheap without any.
SELECT count(*) FROM (
    SELECT 1 FROM disbursement_payoutaccount
    WHERE state = 'asked' AND partner = %(partner)s AND next_attempt_at <= %(real_now)s
      AND account_sealed IS NOT NULL -- erased meanwhile: there is nothing to ask about
    LIMIT %(limit)s
) AS waiting
