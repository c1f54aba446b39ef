-- The course that somebody buys, held as it is until the purchase is in: who calls the class off
-- waits, and then finds the purchase; who comes later sees it off sale.
SELECT course.id, course.price, course.is_on_sale, course.provider_id, provider.is_approved
FROM learning_course AS course
JOIN learning_provider AS provider ON provider.code = course.provider_id
WHERE course.code = %(code)s
FOR SHARE OF course
