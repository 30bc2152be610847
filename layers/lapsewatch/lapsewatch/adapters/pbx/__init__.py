"""PBXs over the network: guarded connections, one file per way in, and one reader."""
