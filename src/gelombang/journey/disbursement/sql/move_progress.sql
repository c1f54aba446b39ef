-- Every fact below this transaction was looked at.
INSERT INTO disbursement_progress (facts, before_xid) VALUES (%(facts)s, %(before_xid)s)
ON CONFLICT (facts) DO UPDATE SET before_xid = excluded.before_xid
