-- A person's valid certificates that carry no review yet, oldest first.
SELECT certificate.number
FROM certificate_facts AS certificate
WHERE certificate.person_id = %(person_id)s AND certificate.state = 'valid'
  AND NOT EXISTS (
      SELECT FROM feedback_review AS review
      WHERE review.certificate_id = certificate.certificate_id
  )
ORDER BY certificate.certificate_id
LIMIT 100
