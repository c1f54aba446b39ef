-- At the freeze every entry in the wave was judged once, under its own ticket and person.
-- over selection_candidate
SELECT 'entry:' || entry.id AS offender, 'was in the wave and was never judged' AS problem
FROM selection_draw AS draw
JOIN waves_entry AS entry ON entry.wave_id = draw.wave_id AND entry.state = 'joined'
LEFT JOIN selection_candidate AS candidate ON candidate.entry_id = entry.id
WHERE draw.state IN ('frozen', 'drawn', 'awarded') AND candidate.entry_id IS NULL
UNION ALL
SELECT 'candidate:' || candidate.ticket, 'is not the entry that its ticket stands for'
FROM selection_candidate AS candidate
LEFT JOIN selection_draw AS draw ON draw.id = candidate.draw_id
LEFT JOIN waves_entry AS entry ON entry.id = candidate.entry_id
LEFT JOIN waves_ticket AS ticket ON ticket.entry_id = candidate.entry_id
WHERE entry.id IS NULL OR draw.id IS NULL
   OR ticket.ticket IS DISTINCT FROM candidate.ticket
   OR entry.person_id <> candidate.person_id
   OR entry.wave_id <> draw.wave_id
   OR (candidate.eligible AND entry.state <> 'joined')
