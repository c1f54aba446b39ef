-- Every version of what people stated about themselves, and when the registry decided about it: who
-- may join while being checked is judged by the instant of their request.
CREATE VIEW statement_facts AS
SELECT person_id, version, state, submitted_at, decided_at
FROM verification_identity;
