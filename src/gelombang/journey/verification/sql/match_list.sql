-- Nominations of a list that came after its people were verified (R058).
INSERT INTO verification_nominationmatch (nomination_id, identity_id, matched_at)
SELECT nomination.nomination_id, identity.id, %(now)s::timestamptz
FROM nomination_facts AS nomination
JOIN verification_identity AS identity ON identity.nomination_index = nomination.nomination_index
WHERE nomination.list_id = %(list_id)s
  AND identity.state = 'verified' AND nomination.state IN ('validated', 'invited')
ON CONFLICT (nomination_id) DO NOTHING
