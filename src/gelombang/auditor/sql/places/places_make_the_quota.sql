-- The places of a draw are as many as the quota of its wave.
-- over selection_place
SELECT 'draw:' || draw.wave_id AS offender,
    'has ' || count(place.id) || ' places for a quota of ' || wave.quota AS problem
FROM selection_draw AS draw
JOIN waves_wave AS wave ON wave.id = draw.wave_id
LEFT JOIN selection_place AS place ON place.draw_id = draw.id
WHERE draw.state IN ('drawn', 'awarded')
GROUP BY draw.id, wave.id
HAVING count(place.id) <> wave.quota
