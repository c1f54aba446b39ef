-- A disputed identity is a side of an open dispute.
-- over verification_identity
SELECT 'identity:' || identity.id AS offender, 'is disputed in no open dispute' AS problem
FROM verification_identity AS identity
WHERE identity.state = 'disputed'
  AND NOT EXISTS (
    SELECT 1
    FROM verification_disputeclaim AS claim
    JOIN verification_dispute AS dispute ON dispute.id = claim.dispute_id
    WHERE claim.identity_id = identity.id AND dispute.resolved_at IS NULL
  )
