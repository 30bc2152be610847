"""Where time goes, by pyinstrument."""
