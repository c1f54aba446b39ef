-- The registry's verdict on pending statements. The confirmed province is the area in the draw.
UPDATE verification_identity AS identity
SET state = verdict.state, area = verdict.area, decided_at = %(now)s::timestamptz
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(areas)s::text[]) AS verdict (id, state, area)
WHERE identity.id = verdict.id AND identity.state = 'pending'
