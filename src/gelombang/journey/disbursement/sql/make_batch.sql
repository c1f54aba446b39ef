-- Take what is due and can be paid into one new batch: its payouts, each under a reference that
-- never changes (money.md, rule 1). Two makers at once share out the instalments; whoever gets none
-- makes no batch. Left out: an award that does not hold, no valid certificate, an account that is
-- not effective yet, facts that changed or were attested too long ago, and an instalment about whose earlier attempt something is being asked or is
-- strange (rule 7). The random part of a reference keeps it new even after a database was restored.
WITH chosen AS (
    SELECT instalment.id, instalment.amount, account.id AS account_id, account.partner
    FROM disbursement_instalment AS instalment
    JOIN disbursement_payoutaccount AS account
        ON account.person_id = instalment.person_id AND account.state = 'linked'
    JOIN award_facts AS award ON award.award_id = instalment.award_id
    WHERE instalment.state = 'due'
      AND account.effective_at <= %(now)s
      AND account.account_sealed IS NOT NULL
      AND (%(partner)s = '' OR account.partner = %(partner)s)
      AND award.state = 'accepted'
      AND EXISTS (
          SELECT FROM certificate_facts AS certificate
          JOIN review_facts AS review ON review.certificate_id = certificate.certificate_id
          WHERE certificate.award_id = instalment.award_id AND certificate.state = 'valid'
      )
      AND NOT EXISTS (
          SELECT FROM unnest(%(versions)s::bigint[], %(kinds)s::text[], %(wanted)s::text[])
              AS needed (version, kind, wanted)
          WHERE needed.version = award.programme_version_id
            AND NOT EXISTS (
                SELECT FROM attestation_facts AS attested
                WHERE attested.person_id = instalment.person_id AND attested.kind = needed.kind
                  AND attested.expires_at > %(now)s
                  AND needed.wanted IN ('', attested.verdict)
            )
      )
      AND NOT EXISTS (
          SELECT FROM disbursement_payout AS earlier
          WHERE earlier.instalment_id = instalment.id AND earlier.state = 'failed'
            AND (earlier.next_step_at IS NOT NULL OR earlier.reason = ANY (%(strange)s))
      )
    ORDER BY instalment.id
    LIMIT %(limit)s
    FOR UPDATE OF instalment SKIP LOCKED
), batch AS (
    INSERT INTO disbursement_payoutbatch
        (reference, state, payouts, amount, needs_second_check, made_by, made_at)
    SELECT %(reference)s, 'prepared', count(*), sum(amount), sum(amount) > %(second_check_above)s,
        %(actor)s, %(now)s
    FROM chosen HAVING count(*) > 0
    RETURNING id
), taken AS (
    UPDATE disbursement_instalment AS instalment SET state = 'in_payment'
    FROM chosen WHERE instalment.id = chosen.id
)
INSERT INTO disbursement_payout
    (instalment_id, batch_id, account_id, partner, reference, amount, state, attempts, enquiries)
SELECT chosen.id, batch.id, chosen.account_id, chosen.partner,
    'PKJ' || %(day)s || substr(upper(replace(gen_random_uuid()::text, '-', '')), 1, 16),
    chosen.amount, 'prepared', 0, 0
FROM chosen CROSS JOIN batch
ORDER BY chosen.id
