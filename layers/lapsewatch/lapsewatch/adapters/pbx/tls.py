"""One TLS context per trust setting: to build one costs more than a whole visit."""

import ssl
from functools import cache

from lapsewatch.domain.instance import Tls, Trust


@cache
def context_for(tls: Tls) -> ssl.SSLContext:
    """Return the context that trusts what the instance trusts; raise ssl.SSLError for a CA that is no PEM."""
    if tls.trust is Trust.PIN:
        return _unchecked()
    context = ssl.create_default_context()
    if tls.trust is Trust.CA:
        context = ssl.create_default_context(cadata=tls.value)
        # Private CAs often lack the key identifiers that Python 3.13 insists on and that others do without.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unchecked() -> ssl.SSLContext:
    """Return a context that checks nothing: the guard compares the pinned fingerprint before a byte is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
