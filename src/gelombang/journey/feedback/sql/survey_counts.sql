-- How many people answered each survey.
SELECT survey, count(*) AS answered
FROM feedback_surveyanswer
GROUP BY survey
