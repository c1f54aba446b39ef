-- Whoever was carried is in the next wave before that closes: nobody who was carried is left behind.
-- over waves_entry
SELECT 'entry:' || entry.id AS offender, 'was carried, and a later wave has closed without its person' AS problem
FROM waves_entry AS entry
JOIN waves_wave AS wave ON wave.id = entry.wave_id
WHERE entry.state = 'carried'
  AND entry.continues_as_id IS NULL
  AND EXISTS (
    SELECT 1 FROM waves_wave AS later
    WHERE later.number > wave.number AND later.closed_at > entry.carried_at
  )
