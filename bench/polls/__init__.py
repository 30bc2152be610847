"""What a poll takes: ours, the floor and the peers, against the same PBX."""
