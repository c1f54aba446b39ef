-- The sides of the open disputes.
INSERT INTO verification_disputeclaim (dispute_id, identity_id)
SELECT dispute.id, claim.identity_id
FROM unnest(%(indexes)s::bytea[], %(ids)s::bigint[]) AS claim (person_index, identity_id)
JOIN verification_dispute AS dispute
    ON dispute.person_index = claim.person_index AND dispute.resolved_at IS NULL
ON CONFLICT (dispute_id, identity_id) DO NOTHING
