-- What else must be known about verified people: one question to each further registry, needed as
-- soon as the first one was.
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts, needed_by)
SELECT identity.id, further.kind, 'due', %(real_now)s::timestamptz, 0, first.needed_by
FROM unnest(%(ids)s::bigint[]) AS identity (id)
CROSS JOIN unnest(%(kinds)s::text[]) AS further (kind)
LEFT JOIN verification_check AS first
    ON first.identity_id = identity.id AND first.kind = 'civil_registry'
ON CONFLICT (identity_id, kind) DO NOTHING
