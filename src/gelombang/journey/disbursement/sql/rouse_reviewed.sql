-- Another certificate of the award was reviewed: what was held for a revoked one is looked at again.
UPDATE disbursement_instalment AS instalment
SET look_again_at = %(now)s
FROM review_facts AS review
WHERE review.xid >= %(since)s::text::xid8 AND review.xid < %(until)s::text::xid8
  AND instalment.award_id = review.award_id
  AND instalment.state = 'held'
  AND instalment.held_reason = 'certificate_revoked'
