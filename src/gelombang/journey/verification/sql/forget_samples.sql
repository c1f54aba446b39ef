-- Samples of a kind that are too old to be learnt from.
DELETE FROM verification_backlogsample WHERE kind = %(kind)s AND real_at <= %(until)s
