"""Lists of people whom the programme excludes: officials, civil servants, soldiers, police."""
