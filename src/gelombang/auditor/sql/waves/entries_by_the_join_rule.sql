-- Whoever joined was verified by then or, where the programme lets people join while they are checked, had stated an identity that nobody had contradicted; a later dispute does not undo that.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender, 'belongs to somebody whose identity was not as far as the programme requires' AS problem
FROM waves_entry AS entry
JOIN waves_wave AS wave ON wave.id = entry.wave_id
JOIN programme_programmeversion AS version ON version.id = wave.programme_version_id
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
AND (version.content -> 'waves' ->> 'join_requires' IS DISTINCT FROM 'identity_submitted' OR NOT EXISTS (
    SELECT 1
    FROM waves_entryanswer AS answer
    JOIN wave_entry_request AS request ON request.id = answer.request_id
    JOIN verification_identity AS identity ON identity.person_id = entry.person_id
    WHERE answer.entry_id = entry.id
      AND identity.submitted_at <= coalesce(request.claimed_at, request.received_at)
      AND (identity.state <> 'refuted'
           OR identity.decided_at > coalesce(request.claimed_at, request.received_at))
))
AND NOT EXISTS (SELECT 1 FROM waves_entry AS carried WHERE carried.continues_as_id = entry.id)
