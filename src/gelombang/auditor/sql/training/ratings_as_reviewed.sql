-- The catalogue shows no rating that was not given.
-- over learning_course
SELECT 'course:' || course.code AS offender,
    'shows ' || course.rating_count || ' ratings of ' || course.rating_sum || ', given were '
    || count(review.id) || ' of ' || coalesce(sum(review.rating), 0) AS problem
FROM learning_course AS course
LEFT JOIN feedback_review AS review ON review.course_code = course.code
GROUP BY course.id
HAVING course.rating_count > count(review.id)
    OR course.rating_count = count(review.id) AND course.rating_sum <> coalesce(sum(review.rating), 0)
    OR course.rating_sum NOT BETWEEN course.rating_count AND 5 * course.rating_count
