-- No conflict target: a second barring claim of a person and a second claim on one basis are both
-- left out. An insert that meets another transaction's uncommitted claim waits for its end.
INSERT INTO people_lifetimeclaim (lifetime_index, state, basis, claimed_at)
SELECT wanted.lifetime_index, %(state)s, wanted.basis, %(claimed_at)s
FROM unnest(%(indexes)s::bytea[], %(bases)s::text[]) AS wanted (lifetime_index, basis)
ON CONFLICT DO NOTHING
