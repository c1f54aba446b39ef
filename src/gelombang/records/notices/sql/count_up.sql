-- A count of one period by the real clock: letters that a minute took (what the estimate of the queue
-- is made of), reports that an hour brought.
INSERT INTO notices_allowance AS allowance (scope, starts_at, used, real_at)
VALUES (%(scope)s, %(starts_at)s, %(count)s, %(starts_at)s)
ON CONFLICT (scope, starts_at) DO UPDATE SET used = allowance.used + excluded.used
