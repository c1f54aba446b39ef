-- The committed digest of the rules is that of the stored file, and the beacon answers to its signature.
-- over selection_draw
SELECT 'draw:' || wave_id AS offender, 'its rules are not those that were committed' AS problem
FROM selection_draw
WHERE rules_sha256 <> ''
  AND rules_sha256 <> encode(sha256(convert_to(rules_file, 'UTF8')), 'hex')
UNION ALL
SELECT 'draw:' || wave_id, 'its randomness is not the digest of the beacon''s signature'
FROM selection_draw
WHERE randomness <> ''
  AND beacon_chain <> 'ceremony'
  AND (signature !~ '^([0-9a-f]{2})+$'
       OR randomness <> encode(sha256(decode(CASE WHEN signature ~ '^([0-9a-f]{2})+$' THEN signature ELSE '' END, 'hex')), 'hex'))
