-- What later packages may join to.
CREATE VIEW people_contact_facts AS
SELECT id AS person_id, email_sealed, language
FROM people_person
WHERE email_sealed IS NOT NULL;

CREATE VIEW lifetime_claim_facts AS
SELECT lifetime_index, state
FROM people_lifetimeclaim;
