-- All reviews of each course together, where that is other than before. Rows are locked in the
-- order of their numbers, so that a buyer's or an office's lock never waits in a circle.
WITH counted AS (
    SELECT course.id, wanted.rating_sum, wanted.rating_count
    FROM unnest(%(codes)s::text[], %(sums)s::bigint[], %(counts)s::bigint[])
        AS wanted (code, rating_sum, rating_count)
    JOIN learning_course AS course ON course.code = wanted.code
    WHERE (course.rating_sum, course.rating_count) <> (wanted.rating_sum, wanted.rating_count)
    ORDER BY course.id
    FOR NO KEY UPDATE OF course
)
UPDATE learning_course AS course
SET rating_sum = counted.rating_sum, rating_count = counted.rating_count
FROM counted
WHERE course.id = counted.id
