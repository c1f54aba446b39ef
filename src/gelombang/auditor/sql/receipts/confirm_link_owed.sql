-- Everybody who registered is owed a letter with the confirm link.
-- over registration_registration
SELECT 'registration:' || registration.id AS offender, 'nobody was asked to confirm the address' AS problem
FROM registration_registration AS registration
WHERE registration.state <> 'erased'
  AND NOT EXISTS (
    SELECT 1 FROM notices_notice AS notice
    WHERE notice.person_id = registration.person_id AND notice.kind = 'registration.confirm'
  )
