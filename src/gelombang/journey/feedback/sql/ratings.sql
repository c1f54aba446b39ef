-- Sum and count of the counted ratings of every course that was reviewed.
SELECT course_code, rating_sum, rating_count
FROM feedback_tally
ORDER BY course_code
