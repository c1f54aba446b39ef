-- A survey is answered once, by the person of an award who has reviewed a course.
-- over feedback_surveyanswer
SELECT 'survey:' || answer.id AS offender,
    CASE WHEN award.id IS NULL OR award.person_id <> answer.person_id THEN 'is by nobody who has that award'
         ELSE 'was answered before any review' END AS problem
FROM feedback_surveyanswer AS answer
LEFT JOIN selection_award AS award ON award.id = answer.award_id
WHERE award.id IS NULL
   OR award.person_id <> answer.person_id
   OR NOT EXISTS (
    SELECT 1 FROM feedback_review AS review
    WHERE review.award_id = answer.award_id AND review.reviewed_at <= answer.answered_at
   )
UNION ALL
SELECT 'survey:' || min(id), 'is one of ' || count(*) || ' by the same award'
FROM feedback_surveyanswer
GROUP BY award_id, survey
HAVING count(*) > 1
