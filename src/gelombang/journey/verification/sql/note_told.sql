-- Remember who is told; whoever was told already is left out.
INSERT INTO verification_waitnotice (interruption_id, identity_id, phase, told_at)
SELECT %(interruption)s::bigint, told.id, %(phase)s::text, %(now)s::timestamptz
FROM unnest(%(identities)s::bigint[]) AS told (id)
ORDER BY told.id
ON CONFLICT (interruption_id, identity_id, phase) DO NOTHING
RETURNING identity_id
