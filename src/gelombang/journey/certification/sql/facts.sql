-- What later steps may know about certificates.
CREATE VIEW certificate_facts AS
SELECT id AS certificate_id, number, purchase_id, award_id, person_id, course_code, state,
    completed_at, issued_at
FROM certification_certificate;
