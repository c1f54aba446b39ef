SELECT registration.person_id
FROM registration_admission AS admission
INNER JOIN registration_registration AS registration
    ON registration.id = admission.registration_id
WHERE admission.receipt = %(receipt)s
