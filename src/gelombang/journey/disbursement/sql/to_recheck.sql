-- People who are paid before an instant, or wait for an answer, and the answers about them that expire
-- before it: so that they are asked for in time.
SELECT DISTINCT coming.person_id, needed.kind
FROM (
    SELECT award_id, person_id FROM disbursement_instalment
    WHERE state = 'planned' AND due_at <= %(before)s
    UNION ALL
    SELECT award_id, person_id FROM disbursement_instalment WHERE state = 'due'
    UNION ALL
    SELECT award_id, person_id FROM disbursement_instalment
    WHERE state = 'held' AND held_reason = 'recheck'
) AS coming
JOIN award_facts AS award ON award.award_id = coming.award_id
JOIN unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
    AS needed (version, kind, wanted) ON needed.version = award.programme_version_id
WHERE award.state IN ('open', 'accepted')
  AND NOT EXISTS (
      SELECT FROM attestation_facts AS attested
      WHERE attested.person_id = coming.person_id AND attested.kind = needed.kind
        AND attested.expires_at > %(before)s
  )
LIMIT %(limit)s
