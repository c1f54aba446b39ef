-- Take awards with a purchase off the list of those that may lapse.
UPDATE selection_award SET deadline_met = true WHERE id = ANY (%(ids)s::bigint[])
