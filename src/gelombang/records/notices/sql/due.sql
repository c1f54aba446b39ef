SELECT count(*) FROM notices_notice WHERE state = 'owed' AND next_attempt_at <= %(real_now)s
