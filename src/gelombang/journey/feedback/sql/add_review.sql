-- A certificate carries one review: what somebody else wrote first stays. A review whose request
-- read the clock before the certificate was issued is not older than the certificate.
INSERT INTO feedback_review (
    certificate_id, award_id, person_id, course_code, rating, words, reviewed_at
)
SELECT
    certificate.certificate_id, certificate.award_id, certificate.person_id,
    certificate.course_code, %(rating)s, %(words)s, greatest(%(now)s, certificate.issued_at)
FROM certificate_facts AS certificate
WHERE certificate.certificate_id = %(certificate)s
ON CONFLICT (certificate_id) DO NOTHING
