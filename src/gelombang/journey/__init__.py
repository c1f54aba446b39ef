"""The story: one package per step of the programme, first to last."""
