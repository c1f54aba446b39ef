-- What each of some partners could still pay, as one statement sees it: its float, less what is on
-- its way through it, less what was released and has not left yet.
SELECT partner,
    COALESCE((SELECT balance FROM ledger_balance_facts
              WHERE kind = 'partner_float' AND holder = 'partner:' || partner), 0)::bigint
        AS balance,
    COALESCE((SELECT balance FROM ledger_balance_facts
              WHERE kind = 'partner_clearing' AND holder = 'partner:' || partner), 0)::bigint
        AS clearing,
    COALESCE((SELECT sum(payout.amount) FROM disbursement_payout AS payout
              WHERE payout.partner = asked.partner AND payout.state = 'released'), 0)::bigint
        AS released
FROM unnest(%(partners)s::text[]) AS asked (partner)
ORDER BY partner
