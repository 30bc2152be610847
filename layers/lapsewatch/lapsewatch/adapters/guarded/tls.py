"""One TLS context per trust setting: to build one costs more than a whole visit to a PBX."""

import ssl
from functools import cache, lru_cache

from lapsewatch.adapters.guarded.failures import UnusableCaError
from lapsewatch.domain.instance import Tls, Trust

CAS_KEPT = 256


def context_for(tls: Tls) -> ssl.SSLContext:
    """Return the context that trusts what the setting names; raise UnusableCaError for a CA that is none."""
    if tls.trust is Trust.PIN:
        # The pin is not part of the key: all pinned hosts share the context, and the guard knows their pins.
        return _unchecked()
    if tls.trust is Trust.CA:
        return _trusting(tls.value)
    return _system()


@cache
def _system() -> ssl.SSLContext:
    return _modern(ssl.create_default_context())


@lru_cache(CAS_KEPT)
def _trusting(ca_pem: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        # Not by create_default_context: handed an empty CA, that would quietly trust the system instead.
        context.load_verify_locations(cadata=ca_pem)
    except (ssl.SSLError, ValueError) as error:
        raise UnusableCaError("the CA is no PEM certificate") from error
    # Private CAs often lack the key identifiers that VERIFY_X509_STRICT, the default for public ones, insists on.
    context.verify_flags = (context.verify_flags | ssl.VERIFY_X509_PARTIAL_CHAIN) & ~ssl.VERIFY_X509_STRICT
    return _modern(context)


@cache
def _unchecked() -> ssl.SSLContext:
    """Return a context that checks nothing: the guard compares the pinned fingerprint before a byte is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _modern(context)


def _modern(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
