-- What is still asked at further registries about the verified statement of a person. Each is found by the
-- index of versions and that of one question a kind.
SELECT question.kind, question.id AS check_id, question.due_at, question.needed_by,
    question.state AS check_state, identity.decided_at
FROM verification_identity AS identity
JOIN verification_check AS question ON question.identity_id = identity.id
WHERE identity.person_id = %(person_id)s AND identity.state = 'verified'
  AND question.kind <> 'civil_registry' AND question.state IN ('due', 'asked', 'held')
ORDER BY question.kind
