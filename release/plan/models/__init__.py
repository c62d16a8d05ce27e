"""The objects of a plan, one family per file: their keys, what each is for, and what may be written there."""
