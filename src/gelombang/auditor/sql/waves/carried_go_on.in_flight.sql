SELECT count(*)
FROM waves_entry AS entry
JOIN waves_wave AS wave ON wave.id = entry.wave_id
WHERE entry.state = 'carried'
  AND entry.continues_as_id IS NULL
  AND EXISTS (
    SELECT 1 FROM waves_wave AS later WHERE later.number > wave.number AND later.state = 'open'
  )
