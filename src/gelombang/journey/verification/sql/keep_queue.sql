-- What is known of a queue now.
INSERT INTO verification_queue (kind, counted_at, waiting, marks, outlook)
VALUES (%(kind)s, %(real_now)s, %(waiting)s, %(marks)s::jsonb, %(outlook)s::jsonb)
ON CONFLICT (kind) DO UPDATE SET
    counted_at = excluded.counted_at, waiting = excluded.waiting, marks = excluded.marks,
    outlook = excluded.outlook
