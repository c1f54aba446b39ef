SELECT count(*)
FROM learning_purchase AS purchase
LEFT JOIN certification_certificate AS certificate ON certificate.purchase_id = purchase.id
WHERE purchase.state = 'completed' AND certificate.id IS NULL
