-- The next verified statements after one, in order.
SELECT id FROM verification_identity
WHERE state = 'verified' AND id > %(after)s
ORDER BY id
LIMIT %(limit)s
