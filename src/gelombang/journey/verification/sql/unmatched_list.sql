-- The oldest list of nominations that was not compared with verified people yet.
SELECT known.list_id
FROM nomination_list_facts AS known
WHERE NOT EXISTS (SELECT 1 FROM verification_matchedlist AS done WHERE done.list_id = known.list_id)
ORDER BY known.list_id
LIMIT 1
