"""What Lapsewatch is made of, and who says what may be in it."""
