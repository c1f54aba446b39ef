-- Every entry has one ticket of its wave's form, and every ticket has its entry.
-- over waves_ticket
SELECT 'entry:' || entry.id AS offender,
    CASE count(ticket.ticket) WHEN 0 THEN 'has no ticket'
         ELSE 'has ' || count(ticket.ticket) || ' tickets' END AS problem
FROM waves_entry AS entry
LEFT JOIN waves_ticket AS ticket ON ticket.entry_id = entry.id
GROUP BY entry.id
HAVING count(ticket.ticket) <> 1
UNION ALL
SELECT 'ticket:' || ticket.ticket,
    CASE WHEN entry.id IS NULL THEN 'has no entry' ELSE 'is not a ticket of its wave' END
FROM waves_ticket AS ticket
LEFT JOIN waves_entry AS entry ON entry.id = ticket.entry_id
LEFT JOIN waves_wave AS wave ON wave.id = entry.wave_id
WHERE entry.id IS NULL
   OR ticket.ticket !~ '^W[0-9]{2,}-[0-9]{12}$'
   OR split_part(substr(ticket.ticket, 2), '-', 1) <> lpad(wave.number::text, greatest(2, length(wave.number::text)), '0')
UNION ALL
SELECT 'ticket:' || ticket, 'stands ' || count(*) || ' times'
FROM waves_ticket
GROUP BY ticket
HAVING count(*) > 1
