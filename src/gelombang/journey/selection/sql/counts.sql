-- What became of everybody in a draw.
SELECT count(*) AS entries,
       count(*) FILTER (WHERE eligible) AS eligible,
       count(*) FILTER (WHERE outcome = 'selected') AS selected,
       count(*) FILTER (WHERE outcome = 'waiting') AS waiting,
       count(*) FILTER (WHERE withheld <> '') AS withheld
FROM selection_candidate WHERE draw_id = %(draw)s
