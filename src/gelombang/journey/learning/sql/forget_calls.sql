-- Answers that no repeated call can ask for any more: its timestamp would be too old.
DELETE FROM learning_providercall
WHERE id IN (
    SELECT id FROM learning_providercall
    WHERE received_at < %(before)s
    ORDER BY received_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
