-- Ask again about verified people whose latest answer expires before an instant: their questions are
-- due once more. One that is open already stays as it is.
UPDATE verification_check AS question
SET state = 'due', due_at = %(real_now)s::timestamptz, leased_until = NULL, attempts = 0
FROM unnest(%(people)s::uuid[], %(kinds)s::text[]) AS wanted (person_id, kind)
JOIN verification_identity AS identity
    ON identity.person_id = wanted.person_id AND identity.state = 'verified'
WHERE question.identity_id = identity.id AND question.kind = wanted.kind
  AND question.state = 'answered'
  AND NOT EXISTS (
      SELECT 1 FROM verification_attestation AS attested
      WHERE attested.identity_id = identity.id AND attested.kind = wanted.kind
        AND attested.expires_at > %(before)s::timestamptz
  )
