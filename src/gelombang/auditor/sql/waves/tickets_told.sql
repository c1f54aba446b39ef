-- Everybody who joined is owed a letter with the ticket.
-- over waves_ticket
SELECT 'ticket:' || ticket.ticket AS offender, 'nobody was told this ticket' AS problem
FROM waves_ticket AS ticket
JOIN waves_entry AS entry ON entry.id = ticket.entry_id
JOIN people_person AS person ON person.id = entry.person_id
LEFT JOIN notices_notice AS notice ON notice.key = 'waves.joined:' || ticket.ticket
WHERE notice.id IS NULL AND person.erased_at IS NULL
