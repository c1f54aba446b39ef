"""Who did what, when, on whose authority; hash-chained by one sealer."""
