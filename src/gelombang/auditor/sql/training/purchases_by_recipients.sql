-- A course is bought by the person of an award, after it was accepted and before it ended.
-- over learning_purchase
SELECT 'purchase:' || purchase.id AS offender,
    CASE WHEN award.id IS NULL THEN 'rests on no award'
         WHEN award.person_id <> purchase.person_id THEN 'was bought with the award of somebody else'
         WHEN award.accepted_at IS NULL OR award.accepted_at > purchase.bought_at
         THEN 'was bought before the award was accepted'
         WHEN award.ended_at <= purchase.bought_at THEN 'was bought after the award had ended'
         ELSE 'is of another provider than its course' END AS problem
FROM learning_purchase AS purchase
LEFT JOIN selection_award AS award ON award.id = purchase.award_id
LEFT JOIN learning_course AS course ON course.id = purchase.course_id
WHERE award.id IS NULL
   OR award.person_id <> purchase.person_id
   OR award.accepted_at IS NULL
   OR award.accepted_at > purchase.bought_at
   OR award.ended_at <= purchase.bought_at
   OR course.provider_id IS DISTINCT FROM purchase.provider_id
