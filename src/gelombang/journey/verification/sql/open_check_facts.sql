-- Questions that no registry has answered yet, and by when an answer is needed. Waves tell from it
-- whose questions belong to the next one that closes.
CREATE VIEW verification_open_check_facts AS
SELECT identity.person_id, open.id AS check_id, open.kind, open.due_at, open.needed_by
FROM verification_check AS open
JOIN verification_identity AS identity ON identity.id = open.identity_id
WHERE open.state IN ('due', 'asked');
