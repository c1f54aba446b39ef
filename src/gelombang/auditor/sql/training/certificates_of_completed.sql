-- A certificate is of a completed purchase of its own holder, and no older than the completion.
-- over certification_certificate
SELECT 'certificate:' || certificate.id AS offender,
    CASE WHEN purchase.id IS NULL THEN 'rests on no purchase'
         WHEN purchase.state <> 'completed' THEN 'is of a purchase that is ' || purchase.state
         WHEN purchase.person_id <> certificate.person_id OR purchase.award_id <> certificate.award_id
         THEN 'is somebody else''s'
         ELSE 'was issued before the course was completed' END AS problem
FROM certification_certificate AS certificate
LEFT JOIN learning_purchase AS purchase ON purchase.id = certificate.purchase_id
WHERE purchase.id IS NULL
   OR purchase.state <> 'completed'
   OR purchase.person_id <> certificate.person_id
   OR purchase.award_id <> certificate.award_id
   OR certificate.issued_at < purchase.completed_at
UNION ALL
SELECT 'purchase:' || min(purchase_id), 'has ' || count(*) || ' certificates'
FROM certification_certificate
GROUP BY purchase_id
HAVING count(*) > 1
