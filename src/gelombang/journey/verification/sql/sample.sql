-- Keep the counters of a partner.
INSERT INTO verification_backlogsample (
    kind, real_at, at, waiting, answers, parked_until, is_stopped
)
VALUES (
    %(kind)s, %(real_now)s, %(now)s, %(waiting)s, %(answers)s, %(parked_until)s, %(is_stopped)s
)
