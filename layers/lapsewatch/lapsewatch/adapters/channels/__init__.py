"""Channels beyond the protocols of SNS, a folder each: `channel.py` sends, `target.py` says where to and with what."""
