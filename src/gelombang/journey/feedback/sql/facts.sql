-- What later steps may know about what people told us.
CREATE VIEW review_facts AS
SELECT certificate_id, award_id, person_id, course_code, rating, reviewed_at
FROM feedback_review;

CREATE VIEW survey_facts AS
SELECT award_id, person_id, survey, answered_at
FROM feedback_surveyanswer;
