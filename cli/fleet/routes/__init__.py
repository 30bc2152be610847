"""Routes as the fleet file declares them: read, compared, told, applied."""
