-- Of the earliest due instalments, those whose award or certificate does not hold any more, and those
-- whose person's facts have changed, or were attested too long ago and are asked again.
SELECT early.id,
    CASE WHEN award.state <> 'accepted' THEN 'award_ended'
         WHEN NOT certified.holds THEN 'certificate_revoked'
         WHEN EXISTS (
             SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
                 AS needed (version, kind, wanted)
             JOIN attestation_facts AS attested
                 ON attested.person_id = early.person_id AND attested.kind = needed.kind
                 AND attested.expires_at > %(now)s
             WHERE needed.version = award.programme_version_id
               AND needed.wanted <> '' AND needed.wanted <> attested.verdict
         ) THEN 'fact_changed'
         ELSE 'recheck' END AS why
FROM (
    SELECT id, award_id, person_id FROM disbursement_instalment
    WHERE state = 'due' ORDER BY id LIMIT %(limit)s
) AS early
JOIN award_facts AS award ON award.award_id = early.award_id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM certificate_facts AS certificate
        JOIN review_facts AS review ON review.certificate_id = certificate.certificate_id
        WHERE certificate.award_id = early.award_id AND certificate.state = 'valid'
    ) AS holds
) AS certified
WHERE award.state <> 'accepted' OR NOT certified.holds
   OR EXISTS (
       SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
           AS needed (version, kind, wanted)
       WHERE needed.version = award.programme_version_id
         AND NOT EXISTS (
             SELECT FROM attestation_facts AS attested
             WHERE attested.person_id = early.person_id AND attested.kind = needed.kind
               AND attested.expires_at > %(now)s
               AND needed.wanted IN ('', attested.verdict)
         )
   )
ORDER BY early.id
