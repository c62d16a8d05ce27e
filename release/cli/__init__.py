"""The command line: the only layer that reads the world and writes to it."""
