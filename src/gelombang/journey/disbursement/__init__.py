"""What all earlier steps earned becomes money in the right account, once."""
