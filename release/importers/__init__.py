"""Logs of other evaluation tools as rows of evidence: one file per format, and nothing in them is executed.

A module offers `IMPORTER = Importer(name, title, kinds, logs, read)`; the folder is the registry. What all of
them share (opening, limits, rows, the entry for the plan) is in `_logs`.
"""
