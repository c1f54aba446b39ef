-- The instalments whose day has come, and held ones whose obstacle may be gone, each with what stands
-- in its way now. Neither list is ever read whole: both lie in an index of their own.
WITH coming AS (
    SELECT id FROM disbursement_instalment
    WHERE state = 'planned' AND due_at <= %(now)s
    ORDER BY due_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), again AS (
    SELECT id FROM disbursement_instalment
    WHERE state = 'held' AND look_again_at <= %(now)s
    ORDER BY look_again_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), picked AS (
    SELECT id FROM (SELECT id FROM coming UNION ALL SELECT id FROM again) AS either
    LIMIT %(limit)s
)
SELECT instalment.id, instalment.award_id, instalment.person_id, instalment.amount,
    account.effective_at,
    CASE
        WHEN award.state <> 'accepted' THEN 'award_ended'
        WHEN NOT EXISTS (
            SELECT 1 FROM review_facts AS review
            JOIN certificate_facts AS certificate USING (certificate_id)
            WHERE review.award_id = instalment.award_id AND certificate.state = 'valid'
        ) THEN 'certificate_revoked'
        WHEN account.id IS NULL THEN 'no_account'
        WHEN account.effective_at > %(now)s THEN 'cooling'
        WHEN EXISTS (
            SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
                AS needed (version, kind, wanted)
            JOIN attestation_facts AS attested
                ON attested.person_id = instalment.person_id AND attested.kind = needed.kind
                AND attested.expires_at > %(now)s
            WHERE needed.version = award.programme_version_id
              AND needed.wanted <> '' AND needed.wanted <> attested.verdict
        ) THEN 'fact_changed'
        WHEN EXISTS (
            SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
                AS needed (version, kind, wanted)
            WHERE needed.version = award.programme_version_id
              AND NOT EXISTS (
                  SELECT FROM attestation_facts AS attested
                  WHERE attested.person_id = instalment.person_id AND attested.kind = needed.kind
                    AND attested.expires_at > %(now)s
              )
        ) THEN 'recheck'
        ELSE ''
    END AS obstacle
FROM picked
JOIN disbursement_instalment AS instalment ON instalment.id = picked.id
JOIN award_facts AS award ON award.award_id = instalment.award_id
LEFT JOIN disbursement_payoutaccount AS account
    ON account.person_id = instalment.person_id AND account.state = 'linked'
ORDER BY instalment.id
