-- What later steps may know about awards. Instants are virtual.
CREATE VIEW award_facts AS
SELECT award.id AS award_id, award.person_id, award.state, award.scheme,
    award.programme_version_id, award.amount, award.awarded_at, award.accepted_at,
    award.purchase_by, award.spend_by, award.ended_at, candidate.ticket, draw.wave_id
FROM selection_award AS award
JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
JOIN selection_draw AS draw ON draw.id = candidate.draw_id;
