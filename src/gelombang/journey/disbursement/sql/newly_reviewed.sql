-- Awards whose first review came since the cursor and that have no instalments yet, in commit order:
-- accepted, by a certificate that holds. With the answer to the survey, where it came first.
SELECT review.xid::text AS xid, review.award_id, review.person_id, review.reviewed_at,
    award.scheme, award.programme_version_id, award.amount AS award_amount, survey.answered_at
FROM review_facts AS review
JOIN certificate_facts AS certificate
    ON certificate.certificate_id = review.certificate_id AND certificate.state = 'valid'
JOIN award_facts AS award ON award.award_id = review.award_id AND award.state = 'accepted'
LEFT JOIN survey_facts AS survey
    ON survey.award_id = review.award_id AND survey.survey = %(survey)s
WHERE review.xid >= %(since)s::text::xid8
  AND NOT EXISTS (
      SELECT 1 FROM disbursement_instalment AS planned WHERE planned.award_id = review.award_id
  )
ORDER BY review.xid
LIMIT %(limit)s
