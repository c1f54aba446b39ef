INSERT INTO notices_letterwait AS kept (id, seconds, measured_at)
VALUES (TRUE, %(seconds)s, %(real_now)s)
ON CONFLICT (id) DO UPDATE
    SET seconds = excluded.seconds, measured_at = excluded.measured_at
    WHERE kept.measured_at < excluded.measured_at
