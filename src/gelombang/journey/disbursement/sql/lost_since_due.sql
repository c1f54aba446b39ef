-- Of the earliest due instalments, those whose award or certificate does not hold any more.
SELECT early.id,
    CASE WHEN award.state <> 'accepted' THEN 'award_ended' ELSE 'certificate_revoked' END AS why
FROM (
    SELECT id, award_id FROM disbursement_instalment
    WHERE state = 'due' ORDER BY id LIMIT %(limit)s
) AS early
JOIN award_facts AS award ON award.award_id = early.award_id
WHERE award.state <> 'accepted'
   OR NOT EXISTS (
       SELECT FROM certificate_facts AS certificate
       JOIN review_facts AS review ON review.certificate_id = certificate.certificate_id
       WHERE certificate.award_id = early.award_id AND certificate.state = 'valid'
   )
ORDER BY early.id
