-- How many letters each real minute took: what the estimate of the queue is made of.
INSERT INTO notices_allowance AS allowance (scope, starts_at, used, real_at)
VALUES ('taken', %(minute)s, %(taken)s, %(minute)s)
ON CONFLICT (scope, starts_at) DO UPDATE SET used = allowance.used + excluded.used
