-- What was held for a purchase is with its provider when completed, back when it ended, else still held.
-- over learning_purchase
SELECT 'purchase:' || purchase.id AS offender,
    'is ' || purchase.state || ', and its hold was '
    || CASE WHEN count(resolving.id) = 0 THEN 'not resolved'
            ELSE string_agg(resolving.kind || ' to ' || credited.kind || ' ' || credited.holder, ', ') END AS problem
FROM learning_purchase AS purchase
LEFT JOIN ledger_transfer AS hold ON hold.reference = 'purchase_hold:' || purchase.id
LEFT JOIN ledger_transfer AS resolving ON resolving.resolves_id = hold.id
LEFT JOIN ledger_account AS credited ON credited.id = resolving.credit_account_id
GROUP BY purchase.id
HAVING CASE WHEN purchase.state = 'completed'
            THEN count(resolving.id) <> 1 OR min(resolving.kind) <> 'purchase_post'
                 OR min(credited.holder) <> 'provider:' || purchase.provider_id
            WHEN purchase.state IN ('failed', 'cancelled')
            THEN count(resolving.id) <> 1 OR min(resolving.kind) <> 'purchase_void'
            ELSE count(resolving.id) <> 0 END
