-- Completed purchases since the cursor, in commit order, join those that wait for a certificate.
WITH completed AS (
    SELECT purchase.purchase_id, purchase.xid
    FROM purchase_facts AS purchase
    WHERE purchase.state = 'completed' AND purchase.xid >= %(since)s::text::xid8
      AND NOT EXISTS (
          SELECT FROM certification_certificate AS issued
          WHERE issued.purchase_id = purchase.purchase_id
      )
      AND NOT EXISTS (
          SELECT FROM certification_due AS due WHERE due.purchase_id = purchase.purchase_id
      )
    ORDER BY purchase.xid
    LIMIT %(limit)s
), taken AS (
    INSERT INTO certification_due (purchase_id)
    SELECT purchase_id FROM completed ORDER BY purchase_id
)
SELECT count(*) AS taken,
    (SELECT xid::text FROM completed ORDER BY xid DESC LIMIT 1) AS last
FROM completed
