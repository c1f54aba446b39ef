"""The rehearsal: invented people try the whole programme, through its entrances, before the day."""
