-- The reviews that these certificates carry.
SELECT certificate.number, review.rating, review.words, review.reviewed_at
FROM feedback_review AS review
JOIN certificate_facts AS certificate ON certificate.certificate_id = review.certificate_id
WHERE certificate.number = ANY(%(numbers)s::text[])
