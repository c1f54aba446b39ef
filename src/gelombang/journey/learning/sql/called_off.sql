-- A class that was called off and still has unfinished purchases.
SELECT course.id
FROM learning_course AS course
WHERE course.cancelled_at IS NOT NULL AND EXISTS (
    SELECT FROM learning_purchase AS purchase
    WHERE purchase.course_id = course.id AND purchase.state IN ('held', 'redeemed', 'attending')
)
ORDER BY course.id
LIMIT 1
