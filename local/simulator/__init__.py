"""A fleet of simulated PBXs over real HTTPS, for demos and tests."""
