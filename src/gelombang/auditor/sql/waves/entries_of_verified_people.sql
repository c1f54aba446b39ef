-- Whoever joined was verified when the request was answered; a later dispute does not undo that.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender, 'belongs to somebody who was not verified' AS problem
FROM waves_entry AS entry
WHERE NOT EXISTS (
    SELECT 1
    FROM waves_entryanswer AS answer
    JOIN verification_identity AS identity ON identity.person_id = entry.person_id
    LEFT JOIN verification_attestation AS attestation
        ON attestation.identity_id = identity.id
        AND attestation.kind = 'civil_registry'
        AND attestation.verdict = 'fact'
    WHERE answer.entry_id = entry.id
      AND CASE identity.state
        WHEN 'pending' THEN false
        WHEN 'verified' THEN identity.decided_at <= answer.answered_at
        ELSE attestation.answered_at <= answer.answered_at
      END
)
