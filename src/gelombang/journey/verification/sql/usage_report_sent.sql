-- The registry has a batch; whoever tells it a second time changes nothing.
INSERT INTO verification_usagereportsent (report_id, is_repeat, sent_at)
VALUES (%(report_id)s, %(is_repeat)s, %(now)s)
ON CONFLICT (report_id) DO NOTHING
