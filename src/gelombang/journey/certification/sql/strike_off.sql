-- Purchases that have their certificate wait no longer.
DELETE FROM certification_due AS due
USING certification_certificate AS issued
WHERE due.purchase_id = ANY (%(purchases)s::bigint[]) AND issued.purchase_id = due.purchase_id
