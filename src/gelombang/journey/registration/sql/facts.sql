-- What later steps may join to. Instants are virtual.
CREATE VIEW registration_facts AS
SELECT id AS registration_id, person_id, state, submitted_at, email_confirmed_at
FROM registration_registration;
