-- Nobody entered a wave before the stage of their area had opened.
-- over waves_entry
WITH latest AS (
    SELECT DISTINCT ON (code) content
    FROM programme_programmeversion
    ORDER BY code, id DESC
), plan AS (
    SELECT jsonb_array_elements(content -> 'waves' -> 'plan') AS wave FROM latest
), stage AS (
    SELECT plan.wave ->> 'id' AS wave_id, area.code AS area,
        (stage ->> 'opens_at')::timestamptz AS opens_at
    FROM plan
    CROSS JOIN LATERAL jsonb_array_elements(plan.wave -> 'stages') AS stage
    CROSS JOIN LATERAL jsonb_array_elements_text(stage -> 'areas') AS area (code)
    UNION ALL
    SELECT plan.wave ->> 'id', '', (plan.wave ->> 'rest_opens_at')::timestamptz
    FROM plan
    WHERE plan.wave ->> 'rest_opens_at' IS NOT NULL
), final AS (
    -- Whose area nobody has confirmed yet comes from the latest stage on.
    SELECT wave_id, max(opens_at) AS opens_at FROM stage GROUP BY wave_id
)
SELECT 'entry:' || entry.id AS offender, 'came before the stage of its area opened' AS problem
FROM waves_entry AS entry
JOIN final ON final.wave_id = entry.wave_id
WHERE NOT EXISTS (
    SELECT 1
    FROM waves_entryanswer AS answer
    JOIN wave_entry_request AS request ON request.id = answer.request_id
    JOIN verification_identity AS identity ON identity.person_id = entry.person_id
    LEFT JOIN stage AS own ON own.wave_id = entry.wave_id AND own.area = identity.area
    LEFT JOIN stage AS rest ON rest.wave_id = entry.wave_id AND rest.area = ''
    WHERE answer.entry_id = entry.id
      AND COALESCE(
          CASE identity.area WHEN '' THEN final.opens_at
               ELSE COALESCE(own.opens_at, rest.opens_at) END <= request.received_at, true)
)
-- Who goes on from an earlier wave asked for nothing in this one.
AND NOT EXISTS (SELECT 1 FROM waves_entry AS carried WHERE carried.continues_as_id = entry.id)
