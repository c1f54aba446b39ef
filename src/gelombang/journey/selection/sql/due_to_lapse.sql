-- The next awards whose first purchase's deadline has passed, locked so that no purchase happens
-- beside us. Whoever is just buying keeps the lock and is looked at the next time.
SELECT id FROM selection_award
WHERE state IN ('open', 'accepted') AND NOT deadline_met AND purchase_by <= %(now)s
ORDER BY purchase_by, id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
