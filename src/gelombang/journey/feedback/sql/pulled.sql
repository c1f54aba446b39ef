-- What later steps may know, with the transaction that wrote it: they pull it in commit order.
CREATE OR REPLACE VIEW review_facts AS
SELECT certificate_id, award_id, person_id, course_code, rating, reviewed_at, xid
FROM feedback_review;

CREATE OR REPLACE VIEW survey_facts AS
SELECT award_id, person_id, survey, answered_at, xid
FROM feedback_surveyanswer;
