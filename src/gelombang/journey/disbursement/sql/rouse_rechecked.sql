-- Instalments that waited for fresh answers, and have them now, are looked at again at once.
UPDATE disbursement_instalment AS instalment SET look_again_at = %(now)s
FROM (
    SELECT waits.id
    FROM disbursement_instalment AS waits
    JOIN award_facts AS award ON award.award_id = waits.award_id
    WHERE waits.state = 'held' AND waits.held_reason = 'recheck' AND waits.look_again_at > %(now)s
      AND NOT EXISTS (
          SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
              AS needed (version, kind, wanted)
          WHERE needed.version = award.programme_version_id
            AND NOT EXISTS (
                SELECT FROM attestation_facts AS attested
                WHERE attested.person_id = waits.person_id AND attested.kind = needed.kind
                  AND attested.expires_at > %(now)s
            )
      )
    LIMIT %(limit)s
    FOR UPDATE OF waits SKIP LOCKED
) AS answered
WHERE instalment.id = answered.id
