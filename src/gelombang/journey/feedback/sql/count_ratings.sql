-- Add the reviews of ended transactions since the cursor to the tallies of their courses. The rows
-- between the two are complete and never change, so each review is counted once.
WITH fresh AS (
    SELECT course_code, sum(rating)::bigint AS rating_sum, count(*) AS rating_count
    FROM feedback_review
    WHERE xid >= %(since)s::text::xid8 AND xid < %(until)s::text::xid8
    GROUP BY course_code
), added AS (
    INSERT INTO feedback_tally AS tally (course_code, rating_sum, rating_count)
    SELECT course_code, rating_sum, rating_count FROM fresh ORDER BY course_code
    ON CONFLICT (course_code) DO UPDATE
    SET rating_sum = tally.rating_sum + excluded.rating_sum,
        rating_count = tally.rating_count + excluded.rating_count
)
SELECT coalesce(sum(rating_count), 0)::bigint FROM fresh
