-- People whose awards wait for a fresh answer, with the version of the programme they won under.
SELECT candidate.person_id, wave.programme_version_id
FROM selection_candidate AS candidate
JOIN selection_draw AS draw ON draw.id = candidate.draw_id
JOIN wave_facts AS wave ON wave.wave_id = draw.wave_id
WHERE candidate.rechecks_since IS NOT NULL
ORDER BY candidate.entry_id
LIMIT %(limit)s
