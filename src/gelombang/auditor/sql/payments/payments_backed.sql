-- Every payment is backed by an entitlement, an accepted award, a certificate and its review.
-- over disbursement_payout
SELECT 'payout:' || payout.reference AS offender,
    CASE WHEN award.accepted_at IS NULL THEN 'was sent for an award that nobody accepted'
         WHEN instalment.became_due_at IS NULL THEN 'was sent for what never became due'
         WHEN payout.amount <> instalment.amount THEN 'pays ' || payout.amount || ', owed are ' || instalment.amount
         ELSE 'was sent without a certificate and its review' END AS problem
FROM disbursement_payout AS payout
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN selection_award AS award ON award.id = instalment.award_id
WHERE payout.state IN ('sent', 'unknown', 'paid')
  AND (award.accepted_at IS NULL
       OR instalment.became_due_at IS NULL
       OR payout.amount <> instalment.amount
       OR NOT EXISTS (
        SELECT 1
        FROM feedback_review AS review
        JOIN certification_certificate AS certificate ON certificate.id = review.certificate_id
        WHERE review.award_id = award.id AND certificate.person_id = award.person_id
       ))
