-- How many each rule refused; somebody whom two rules refuse counts at both.
SELECT reason ->> 'rule' AS rule, count(*) AS people
FROM selection_candidate AS candidate
CROSS JOIN LATERAL jsonb_array_elements(candidate.reasons) AS reason
WHERE candidate.draw_id = %(draw)s AND NOT candidate.eligible
GROUP BY rule ORDER BY rule
