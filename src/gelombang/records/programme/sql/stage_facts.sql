-- Which area may join a wave from when, where the programme opens a wave by areas: the newest
-- version of the file decides, and loading refuses to change the stages of a wave that has opened.
-- The area '' stands for all areas that no stage names.
CREATE VIEW stage_facts AS
WITH latest AS (
    SELECT DISTINCT ON (code) content
    FROM programme_programmeversion
    ORDER BY code, id DESC
), plan AS (
    SELECT jsonb_array_elements(content -> 'waves' -> 'plan') AS wave FROM latest
)
SELECT plan.wave ->> 'id' AS subject, stage.place::int AS place, area.code AS area,
       (stage.said ->> 'opens_at')::timestamptz AS opens_at,
       stage.said -> 'name' ->> 'id' AS name, stage.said -> 'name' ->> 'en' AS name_en
FROM plan
CROSS JOIN LATERAL jsonb_array_elements(plan.wave -> 'stages') WITH ORDINALITY AS stage (said, place)
CROSS JOIN LATERAL jsonb_array_elements_text(stage.said -> 'areas') AS area (code)
UNION ALL
SELECT plan.wave ->> 'id', jsonb_array_length(plan.wave -> 'stages') + 1, '',
       (plan.wave ->> 'rest_opens_at')::timestamptz, 'Daerah lainnya', 'All other areas'
FROM plan
WHERE plan.wave ->> 'rest_opens_at' IS NOT NULL;

-- The same for the pages of the front door, one row a stage. Nothing opens before its wave does.
CREATE VIEW door_stages AS
SELECT stage.subject, stage.place, stage.name, stage.name_en,
       string_agg(stage.area, ',' ORDER BY stage.area) AS areas,
       GREATEST(stage.opens_at, calendar.opens_at) AS opens_at
FROM stage_facts AS stage
JOIN schedule_facts AS calendar ON calendar.subject = stage.subject
GROUP BY stage.subject, stage.place, stage.name, stage.name_en, stage.opens_at, calendar.opens_at;
