-- In every cell, open awards and empty places make its places, and no more is awarded than there is.
-- over selection_place
SELECT 'cell:' || draw.wave_id || ':' || cell.area || ':' || cell.tier AS offender,
    cell.held || ' open awards and ' || cell.empty || ' empty places, of ' || cell.places AS problem
FROM (
    SELECT place.draw_id, place.area, place.tier,
        count(DISTINCT place.id) AS places,
        count(award.id) AS held,
        count(DISTINCT place.id) FILTER (WHERE award.id IS NULL) AS empty
    FROM selection_place AS place
    LEFT JOIN selection_award AS award
        ON award.place_id = place.id AND award.state IN ('open', 'accepted')
    GROUP BY place.draw_id, place.area, place.tier
) AS cell
JOIN selection_draw AS draw ON draw.id = cell.draw_id
WHERE cell.held + cell.empty <> cell.places
