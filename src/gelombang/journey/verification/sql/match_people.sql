-- Nominations of people who were verified just now (R058).
INSERT INTO verification_nominationmatch (nomination_id, identity_id, matched_at)
SELECT nomination.nomination_id, identity.id, %(now)s::timestamptz
FROM verification_identity AS identity
JOIN nomination_facts AS nomination ON nomination.nomination_index = identity.nomination_index
WHERE identity.id = ANY(%(ids)s::bigint[])
  AND identity.state = 'verified' AND nomination.state IN ('validated', 'invited')
ON CONFLICT (nomination_id) DO NOTHING
