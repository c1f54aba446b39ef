-- How many courses of each category can be bought now.
SELECT course.category_id, count(*) AS courses
FROM learning_course AS course
JOIN learning_provider AS provider ON provider.code = course.provider_id
WHERE course.is_on_sale AND provider.is_approved
GROUP BY course.category_id
