-- A completed purchase was redeemed before, and its provider reported both.
-- over learning_purchase
SELECT 'purchase:' || purchase.id AS offender,
    CASE WHEN purchase.completed_at IS NULL THEN 'is completed, and nobody knows when'
         WHEN purchase.redeemed_at IS NULL THEN 'was completed, and never redeemed'
         WHEN purchase.redeemed_at < purchase.bought_at OR purchase.completed_at < purchase.redeemed_at
         THEN 'was bought, redeemed and completed in another order'
         ELSE 'was completed, and its provider reported ' || count(reported.id) || ' of the two' END AS problem
FROM learning_purchase AS purchase
LEFT JOIN learning_attendance AS reported
    ON reported.purchase_id = purchase.id AND reported.sequence IN (1, 999)
WHERE purchase.state = 'completed'
GROUP BY purchase.id
HAVING purchase.completed_at IS NULL OR purchase.redeemed_at IS NULL
    OR purchase.redeemed_at < purchase.bought_at OR purchase.completed_at < purchase.redeemed_at
    OR count(DISTINCT reported.sequence) <> 2
