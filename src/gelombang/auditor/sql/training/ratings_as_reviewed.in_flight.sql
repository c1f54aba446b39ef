SELECT count(*)
FROM learning_course AS course
WHERE course.rating_count < (
    SELECT count(*) FROM feedback_review AS review WHERE review.course_code = course.code
)
