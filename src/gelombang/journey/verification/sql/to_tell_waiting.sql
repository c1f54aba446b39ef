-- The next people whose open check waits for a partner, and whether each has waited long enough to
-- be told: newer ones come last, and are looked at again later.
SELECT question.id AS check_id, identity.id AS identity_id, identity.person_id,
       COALESCE(identity.decided_at, identity.submitted_at) <= %(waiting_since)s AS is_long
FROM verification_check AS question
JOIN verification_identity AS identity ON identity.id = question.identity_id
WHERE question.kind = %(kind)s AND question.state IN ('due', 'asked')
  AND question.id > %(after)s
ORDER BY question.id
LIMIT %(limit)s
