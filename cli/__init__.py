"""The operator's command line: `lapsewatch --help`."""
