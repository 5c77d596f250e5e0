"""The command line: a file a command, each parses, calls one stage, prints one report and returns one exit."""
