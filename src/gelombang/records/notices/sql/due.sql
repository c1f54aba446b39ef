SELECT count(*)
FROM notices_notice
WHERE
    state = 'owed' AND next_attempt_at <= %(real_now)s
    AND (leased_until IS NULL OR leased_until <= %(real_now)s)
