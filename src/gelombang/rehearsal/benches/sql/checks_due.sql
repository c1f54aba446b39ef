-- The civil registry is asked about every statement, the first one first.
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)
SELECT id, 'civil_registry', 'due', now() - interval '1 hour' + id * interval '1 ms', 0
FROM verification_identity
