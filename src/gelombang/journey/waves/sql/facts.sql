-- What selection may join to.

CREATE VIEW wave_facts AS
SELECT id AS wave_id, number, quota, state, opened_at, closed_at, closed_real_at,
       programme_version_id
FROM waves_wave;

CREATE VIEW wave_entry_facts AS
SELECT entry.id AS entry_id, entry.wave_id, entry.person_id, entry.state, ticket.ticket,
       entry.joined_at
FROM waves_entry AS entry
JOIN waves_ticket AS ticket ON ticket.entry_id = entry.id;
