-- An instalment is one of those that the scheme of its award promises: kind, number and amount.
-- over disbursement_instalment
WITH promised AS (
    SELECT version.id AS programme_version_id, scheme ->> 'code' AS code, part ->> 'kind' AS kind,
        (part ->> 'amount')::bigint AS amount, coalesce((part ->> 'times')::bigint, 1) AS times
    FROM programme_programmeversion AS version,
        LATERAL jsonb_array_elements(version.content -> 'schemes') AS scheme,
        LATERAL jsonb_array_elements(scheme -> 'parts') AS part
    WHERE part ->> 'kind' <> 'training_aid'
)

SELECT 'instalment:' || instalment.id AS offender,
    CASE WHEN award.id IS NULL OR award.person_id <> instalment.person_id THEN 'is owed to nobody who has that award'
         WHEN promised.kind IS NULL THEN 'is a ' || instalment.kind || ', which the scheme does not promise'
         WHEN promised.amount <> instalment.amount THEN 'is ' || instalment.amount || ', promised are ' || promised.amount
         ELSE 'is number ' || instalment.number || ' of ' || promised.times END AS problem
FROM disbursement_instalment AS instalment
LEFT JOIN selection_award AS award ON award.id = instalment.award_id
LEFT JOIN promised
    ON promised.programme_version_id = award.programme_version_id
    AND promised.code = award.scheme AND promised.kind = instalment.kind
WHERE award.id IS NULL OR award.person_id <> instalment.person_id
   OR promised.kind IS NULL
   OR promised.amount <> instalment.amount
   OR instalment.number NOT BETWEEN 1 AND promised.times
UNION ALL
SELECT 'instalment:' || min(id), 'is one of ' || count(*) || ' with its number'
FROM disbursement_instalment
GROUP BY award_id, kind, number
HAVING count(*) > 1
