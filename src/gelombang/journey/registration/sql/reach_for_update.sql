-- A registered person who can be written to, with the receipt that their first letter named.
SELECT
    registration.person_id,
    registration.id AS registration_id,
    registration.state,
    contact.email_sealed AS address_sealed,
    (
        SELECT admission.receipt
        FROM registration_admission AS admission
        WHERE admission.registration_id = registration.id
        ORDER BY admission.submission_id
        LIMIT 1
    ) AS receipt
FROM registration_registration AS registration
INNER JOIN people_contact_facts AS contact ON contact.person_id = registration.person_id
WHERE registration.person_id = %(person_id)s::uuid AND registration.state <> 'erased'
FOR UPDATE OF registration
