-- Whoever was carried is owed one letter that says so, and nobody else is.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender,
    CASE WHEN entry.state = 'carried' THEN 'was carried, and ' || count(notice.id) || ' letters say so'
         ELSE 'was told that it is carried, and is not' END AS problem
FROM waves_entry AS entry
JOIN waves_ticket AS ticket ON ticket.entry_id = entry.id
JOIN people_person AS person ON person.id = entry.person_id
LEFT JOIN notices_notice AS notice
    ON notice.kind = 'waves.carried' AND notice.key = 'waves.carried:' || ticket.ticket
WHERE person.erased_at IS NULL
GROUP BY entry.id, entry.state
HAVING count(notice.id) <> CASE WHEN entry.state = 'carried' THEN 1 ELSE 0 END
