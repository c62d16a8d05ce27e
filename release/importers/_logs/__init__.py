"""What importers share: reading foreign files within limits, and turning what was read into evidence."""
