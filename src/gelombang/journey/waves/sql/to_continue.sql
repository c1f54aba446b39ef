-- The next carried entries that go on in an open wave: of an earlier wave, carried before it closes.
-- Who was carried counts as having come at that instant, or at the opening if that was later.
SELECT entry.id AS entry_id, entry.person_id, former.number AS former_number,
       GREATEST(entry.carried_at, %(opened_at)s::timestamptz) AS joined_at
FROM waves_entry AS entry
JOIN waves_wave AS former ON former.id = entry.wave_id
WHERE entry.state = 'carried' AND entry.continues_as_id IS NULL
  AND former.number < %(number)s
  AND (%(closes_at)s::timestamptz IS NULL OR entry.carried_at < %(closes_at)s::timestamptz)
ORDER BY entry.id
LIMIT %(limit)s
FOR UPDATE OF entry SKIP LOCKED
