-- Open questions about the next entrants, in the order of their entries, each with the close of the
-- wave where that is not noted yet; entrants without such a question come without one. A wave that
-- is void needs no answers; one that is closed waits for them.
SELECT entry.id AS entry_id, calendar.closes_at, open.check_id
FROM (
    SELECT id, wave_id, person_id FROM waves_entry
    WHERE id > %(after)s AND state = 'joined'
    ORDER BY id
    LIMIT %(limit)s
) AS entry
LEFT JOIN waves_wave AS wave ON wave.id = entry.wave_id AND wave.state IN ('open', 'closed')
LEFT JOIN schedule_facts AS calendar ON calendar.subject = wave.id
LEFT JOIN verification_open_check_facts AS open
    ON calendar.closes_at IS NOT NULL AND open.person_id = entry.person_id
    AND open.needed_by IS DISTINCT FROM calendar.closes_at
ORDER BY entry.id
