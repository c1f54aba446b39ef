UPDATE notices_notice
SET arrived_at = %(real_now)s
WHERE id = %(id)s AND channel <> 'email' AND arrived_at IS NULL
