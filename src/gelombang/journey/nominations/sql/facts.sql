-- What later steps may know about nominations.
CREATE VIEW nomination_facts AS
SELECT nomination.id AS nomination_id, nomination.list_id, listed.agency,
    nomination.nomination_index, nomination.state, nomination.employment_status, nomination.area
FROM nominations_nomination AS nomination
JOIN nominations_nominationlist AS listed ON listed.id = nomination.list_id;

CREATE VIEW nomination_list_facts AS
SELECT id AS list_id, agency, received_at FROM nominations_nominationlist;
