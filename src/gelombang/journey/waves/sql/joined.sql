-- People who had joined a wave before an instant and did not withdraw.
SELECT count(DISTINCT person_id) FROM waves_entry
WHERE joined_at < %(as_of)s AND state <> 'withdrawn'
