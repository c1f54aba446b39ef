-- What else must be known about verified people: one question to each further registry.
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)
SELECT identity.id, further.kind, 'due', %(real_now)s::timestamptz, 0
FROM unnest(%(ids)s::bigint[]) AS identity (id)
CROSS JOIN unnest(%(kinds)s::text[]) AS further (kind)
ON CONFLICT (identity_id, kind) DO NOTHING
