-- A survey is answered once per award: what was answered first stays, and is not older than the
-- review that opened the survey.
INSERT INTO feedback_surveyanswer (award_id, person_id, survey, version, answers, answered_at)
SELECT
    review.award_id, review.person_id, %(survey)s, %(version)s, %(answers)s::jsonb,
    greatest(%(now)s, review.reviewed_at)
FROM feedback_review AS review
WHERE review.award_id = %(award)s AND review.person_id = %(person_id)s
ORDER BY review.id
LIMIT 1
ON CONFLICT (award_id, survey) DO NOTHING
