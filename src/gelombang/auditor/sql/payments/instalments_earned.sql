-- Nothing became due before a course was completed, certified and reviewed, nor before its day.
-- over disbursement_instalment
SELECT 'instalment:' || instalment.id AS offender,
    CASE WHEN instalment.became_due_at < instalment.due_at THEN 'became due before its day'
         WHEN instalment.due_at IS NULL THEN 'became due, and has no day'
         WHEN instalment.kind = 'survey_incentive' AND survey.first_at IS NULL THEN 'became due without a survey'
         ELSE 'became due without a certificate and its review' END AS problem
FROM disbursement_instalment AS instalment
LEFT JOIN LATERAL (
    SELECT min(review.reviewed_at) AS first_at
    FROM feedback_review AS review
    JOIN certification_certificate AS certificate ON certificate.id = review.certificate_id
    JOIN learning_purchase AS purchase ON purchase.id = certificate.purchase_id
    WHERE review.award_id = instalment.award_id AND purchase.state = 'completed'
) AS earned ON true
LEFT JOIN LATERAL (
    SELECT min(answered_at) AS first_at FROM feedback_surveyanswer
    WHERE award_id = instalment.award_id
) AS survey ON true
WHERE instalment.became_due_at IS NOT NULL
  AND (instalment.due_at IS NULL
       OR instalment.became_due_at < instalment.due_at
       OR earned.first_at IS NULL OR earned.first_at > instalment.became_due_at
       OR instalment.kind = 'survey_incentive'
          AND (survey.first_at IS NULL OR survey.first_at > instalment.became_due_at))
