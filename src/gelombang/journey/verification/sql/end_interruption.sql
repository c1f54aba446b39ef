-- A partner is asked again.
UPDATE verification_interruption SET ended_at = %(now)s, ended_real_at = %(real_now)s
WHERE kind = %(kind)s AND NOT is_closed AND ended_at IS NULL
