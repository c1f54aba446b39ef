-- People are carried only out of a closed wave whose programme lets them join while they are checked, and go on as themselves in a later wave.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender,
    CASE WHEN (entry.state = 'carried') <> (entry.carried_at IS NOT NULL) THEN 'is carried and not carried at once'
         WHEN entry.continues_as_id IS NOT NULL AND entry.state <> 'carried' THEN 'goes on in another wave without having been carried'
         WHEN version.content -> 'waves' ->> 'join_requires' IS DISTINCT FROM 'identity_submitted' THEN 'was carried, and its programme carries nobody'
         WHEN wave.closed_at IS NULL OR entry.carried_at < wave.closed_at THEN 'was carried before its wave closed'
         WHEN following.id IS NULL THEN 'goes on as an entry that is missing'
         WHEN following.person_id <> entry.person_id THEN 'goes on as somebody else'
         ELSE 'goes on in a wave that is no later one' END AS problem
FROM waves_entry AS entry
JOIN waves_wave AS wave ON wave.id = entry.wave_id
JOIN programme_programmeversion AS version ON version.id = wave.programme_version_id
LEFT JOIN waves_entry AS following ON following.id = entry.continues_as_id
LEFT JOIN waves_wave AS later ON later.id = following.wave_id
WHERE (entry.state = 'carried') <> (entry.carried_at IS NOT NULL)
   OR (entry.continues_as_id IS NOT NULL AND entry.state <> 'carried')
   OR (entry.state = 'carried' AND (
        version.content -> 'waves' ->> 'join_requires' IS DISTINCT FROM 'identity_submitted'
        OR wave.closed_at IS NULL
        OR entry.carried_at < wave.closed_at
        OR (entry.continues_as_id IS NOT NULL AND (
            following.id IS NULL
            OR following.person_id <> entry.person_id
            OR later.number <= wave.number))))
