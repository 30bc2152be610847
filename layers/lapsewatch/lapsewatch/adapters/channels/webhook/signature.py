"""Proof that a message is ours and when it was sent, for whoever knows the secret."""

import hashlib
import hmac
from datetime import datetime


def signature_of(body: bytes, secret: bytes, now: datetime) -> str:
    """Return the signature header: a time in seconds, and the HMAC-SHA256 of `time.body` in hex."""
    time = int(now.timestamp())
    digest = hmac.new(secret, b"%d.%b" % (time, body), hashlib.sha256).hexdigest()
    return f"t={time},v1={digest}"
