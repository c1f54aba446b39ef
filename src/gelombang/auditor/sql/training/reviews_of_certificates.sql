-- A review is by the holder of its certificate, after it was issued, once.
-- over feedback_review
SELECT 'review:' || review.id AS offender,
    CASE WHEN certificate.id IS NULL THEN 'rests on no certificate'
         WHEN certificate.person_id <> review.person_id OR certificate.award_id <> review.award_id
         THEN 'is by somebody else than the holder'
         WHEN certificate.course_code <> review.course_code THEN 'is about another course'
         WHEN review.rating NOT BETWEEN 1 AND 5 THEN 'gives ' || review.rating
         WHEN certificate.revoked_at < review.reviewed_at THEN 'was written after the certificate was revoked'
         ELSE 'was written before the certificate was issued' END AS problem
FROM feedback_review AS review
LEFT JOIN certification_certificate AS certificate ON certificate.id = review.certificate_id
WHERE certificate.id IS NULL
   OR certificate.person_id <> review.person_id
   OR certificate.award_id <> review.award_id
   OR certificate.course_code <> review.course_code
   OR review.rating NOT BETWEEN 1 AND 5
   OR review.reviewed_at < certificate.issued_at
   -- both instants are read before the locks that put the two deeds in order
   OR certificate.revoked_at < review.reviewed_at - interval '1 minute'
UNION ALL
SELECT 'review:' || min(id), 'is one of ' || count(*) || ' of one certificate'
FROM feedback_review
GROUP BY certificate_id
HAVING count(*) > 1
