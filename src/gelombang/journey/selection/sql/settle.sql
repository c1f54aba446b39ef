-- The next candidates to be awarded or told, in the order of their entries.
SELECT candidate.entry_id, candidate.person_id, candidate.ticket, candidate.eligible,
       candidate.reasons, candidate.outcome, candidate.waiting_rank, candidate.place_id,
       facts.lifetime_index
FROM selection_candidate AS candidate
LEFT JOIN verification_facts AS facts
    ON candidate.outcome = 'selected' AND facts.person_id = candidate.person_id
WHERE candidate.draw_id = %(draw)s AND candidate.entry_id > %(after)s
ORDER BY candidate.entry_id
LIMIT %(limit)s
