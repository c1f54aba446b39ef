-- How far the steps after the draw have come: one consistent look through the views of each step.
SELECT
    (SELECT count(*) FROM award_facts WHERE state = 'accepted') AS accepted,
    (SELECT count(*) FROM award_facts WHERE state = 'lapsed') AS lapsed,
    (SELECT count(*) FROM purchase_facts WHERE state IN ('held', 'redeemed', 'attending'))
        AS learning,
    (SELECT count(*) FROM purchase_facts WHERE state = 'completed') AS completed,
    (SELECT count(*) FROM purchase_facts WHERE state = 'cancelled') AS cancelled,
    (SELECT count(*) FROM certificate_facts WHERE state = 'valid') AS certificates,
    (SELECT count(*) FROM review_facts) AS reviews,
    (SELECT count(*) FROM survey_facts) AS surveys,
    (SELECT count(*) FROM payout_account_facts WHERE state = 'asked') AS accounts_asked,
    (SELECT count(*) FROM payout_account_facts WHERE state = 'linked') AS accounts_linked,
    (SELECT count(*) FROM payout_account_facts WHERE state = 'refused') AS accounts_refused,
    (SELECT count(*) FROM instalment_facts) AS instalments,
    (SELECT count(*) FROM instalment_facts
     WHERE state = 'planned' AND due_at <= %(now)s) AS overdue,
    (SELECT count(*) FROM instalment_facts WHERE state = 'held') AS held,
    (SELECT count(*) FROM instalment_facts WHERE state = 'due') AS due,
    (SELECT count(*) FROM instalment_facts WHERE state = 'paid') AS paid,
    (SELECT count(*) FROM payout_facts WHERE state IN ('released', 'sent')) AS on_their_way,
    (SELECT count(*) FROM payout_facts WHERE state = 'unknown') AS unknown,
    (SELECT count(*) FROM payout_facts WHERE state = 'paid') AS payouts_paid,
    (SELECT count(*) FROM payout_facts WHERE state = 'paid' AND enquiries > 0) AS enquired,
    (SELECT count(DISTINCT reference) FROM payout_facts WHERE state = 'paid') AS references_paid,
    (SELECT COALESCE(sum(amount), 0) FROM ledger_movement_facts
     WHERE kind IN ('payout_post', 'late_paid')) AS paid_idr,
    (SELECT COALESCE(sum(amount), 0) FROM ledger_movement_facts
     WHERE kind = 'purchase_post') AS training_idr,
    (SELECT COALESCE(sum(amount), 0) FROM ledger_movement_facts
     WHERE kind = 'forfeit') AS forfeited_idr
