-- The conservation equation per cell of the place: quota = open awards + empty places, awards
-- ever = drawn + recycled, open = awards ever - revoked - declined - lapsed (draw.md).
SELECT place.area, place.tier, count(DISTINCT place.id) AS places,
       count(award.id) FILTER (WHERE award.state IN ('open', 'accepted')) AS open_awards,
       count(DISTINCT place.id) - count(DISTINCT place.id) FILTER (
           WHERE award.state IN ('open', 'accepted')) AS empty_places,
       count(award.id) AS awards_ever,
       count(award.id) FILTER (WHERE candidate.outcome = 'selected') AS drawn,
       count(award.id) FILTER (WHERE candidate.outcome = 'waiting') AS recycled,
       count(award.id) FILTER (WHERE award.state = 'revoked') AS revoked,
       count(award.id) FILTER (WHERE award.state = 'declined') AS declined,
       count(award.id) FILTER (WHERE award.state = 'lapsed') AS lapsed
FROM selection_place AS place
LEFT JOIN selection_award AS award ON award.place_id = place.id
LEFT JOIN selection_candidate AS candidate ON candidate.entry_id = award.candidate_id
WHERE place.draw_id = %(draw)s
GROUP BY place.area, place.tier
ORDER BY place.area COLLATE "C", place.tier COLLATE "C"
