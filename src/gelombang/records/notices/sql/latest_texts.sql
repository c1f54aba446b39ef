-- By the index notices_texts_taken: the latest messages of a provider whose receipt should be there.
SELECT sent_at, arrived_at
FROM notices_notice
WHERE provider = %(provider)s AND sent_at > %(since)s AND sent_at <= %(until)s
ORDER BY sent_at DESC
LIMIT %(most)s
