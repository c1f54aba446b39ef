-- Nobody is in a batch of payments on an answer that had expired when it was made, where the programme wants it fresh.
-- over disbursement_payout
SELECT 'payout:' || payout.reference AS offender, 'was put into a batch without a valid answer of ' || needed.kind AS problem
FROM disbursement_payout AS payout
JOIN disbursement_payoutbatch AS batch ON batch.id = payout.batch_id
JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
JOIN selection_award AS award ON award.id = instalment.award_id
JOIN programme_programmeversion AS version ON version.id = award.programme_version_id
CROSS JOIN LATERAL jsonb_array_elements_text(version.content -> 'recheck' -> 'before_payment') AS needed (kind)
WHERE NOT EXISTS (
    SELECT 1
    FROM verification_identity AS identity
    JOIN verification_attestation AS attestation ON attestation.identity_id = identity.id
    WHERE identity.person_id = instalment.person_id
      AND attestation.kind = needed.kind
      AND attestation.answered_at <= batch.made_at
      AND attestation.expires_at > batch.made_at
)
