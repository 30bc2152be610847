"""In as the administrator of the management console of versions 16 and 18."""
