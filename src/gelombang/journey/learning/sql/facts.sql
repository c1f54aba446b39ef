-- What later steps may know about purchases.
CREATE VIEW purchase_facts AS
SELECT purchase.id AS purchase_id, purchase.award_id, purchase.person_id, purchase.price,
    purchase.state, purchase.bought_at, purchase.completed_at,
    course.code AS course_code, course.title_id, course.title_en, course.hours, course.mode,
    provider.code AS provider_code, provider.name AS provider_name
FROM learning_purchase AS purchase
JOIN learning_course AS course ON course.id = purchase.course_id
JOIN learning_provider AS provider ON provider.code = purchase.provider_id;
