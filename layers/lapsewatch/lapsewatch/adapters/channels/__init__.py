"""Channels beyond the protocols of SNS, a folder each, all of one shape; `kinds.py` lists them.

`target.py` says where to and with what, `form.py` what the service takes, and `channel.py` sends it.
"""
