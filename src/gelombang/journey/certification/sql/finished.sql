-- The work list: completed purchases that wait for a certificate, oldest first, beyond a given one.
SELECT purchase.purchase_id, purchase.person_id
FROM certification_due AS due
JOIN purchase_facts AS purchase ON purchase.purchase_id = due.purchase_id
WHERE due.purchase_id > %(after)s
ORDER BY due.purchase_id
LIMIT %(limit)s
