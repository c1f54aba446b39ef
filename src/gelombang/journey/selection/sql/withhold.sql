-- Keep which winners may not have their award: the bar came between the freeze and the award.
UPDATE selection_candidate SET withheld = 'once_in_a_lifetime'
WHERE entry_id = ANY (%(candidates)s::bigint[])
