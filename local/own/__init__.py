"""`make local FLEET=fleet.yaml`: your own PBXs on the embedded stack, remembered in a folder."""
