-- The next people who were told that their check waits; whether it still does.
SELECT told.id AS notice_id, identity.id AS identity_id, identity.person_id,
       question.state IN ('due', 'asked') AS is_open
FROM verification_waitnotice AS told
JOIN verification_identity AS identity ON identity.id = told.identity_id
JOIN verification_check AS question
    ON question.identity_id = identity.id AND question.kind = %(kind)s
WHERE told.interruption_id = %(interruption)s AND told.phase = 'waits' AND told.id > %(after)s
ORDER BY told.id
LIMIT %(limit)s
