-- The award under which a person reviewed last, which is the one that the survey is about.
SELECT review.award_id, answer.answered_at
FROM feedback_review AS review
LEFT JOIN feedback_surveyanswer AS answer
    ON answer.award_id = review.award_id AND answer.survey = %(survey)s
WHERE review.person_id = %(person_id)s
ORDER BY review.id DESC
LIMIT 1
