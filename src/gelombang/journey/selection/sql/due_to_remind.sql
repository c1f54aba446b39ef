-- The next awards whose first purchase's deadline comes near and that nobody was reminded of.
SELECT id FROM selection_award
WHERE state IN ('open', 'accepted') AND reminded_at IS NULL
  AND purchase_by > %(now)s AND purchase_by <= %(until)s
ORDER BY purchase_by, id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
