-- How many questions of each kind wait for people.
SELECT kind, count(*) AS held FROM verification_check WHERE state = 'held' GROUP BY kind
