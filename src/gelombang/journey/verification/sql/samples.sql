-- The samples of a kind that a forecast is learnt from, in order of time.
SELECT real_at, at, waiting, answers, parked_until, is_stopped
FROM verification_backlogsample
WHERE kind = %(kind)s AND real_at > %(since)s
ORDER BY real_at, id
