"""What a file would change, step by step. Pure: nothing is read or written here."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Instance, Tls, Trust

from cli.files import certificates_in
from cli.fleet.wanted import Known, Wanted

FREELY_REMOVED = 20
"""Percent of a fleet that may be removed without saying so: a file that was cut short is the likelier reason."""


class Action(StrEnum):
    """What is done to an instance."""

    ADD = "add"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, in words. Credentials are never among the words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change to one instance."""

    action: Action
    instance: Instance
    """As it is after the step; of a removal, as it was."""
    changes: tuple[FieldChange, ...] = ()
    secret: PbxSecret | None = None
    """The credentials to store, if they are to be."""
    former_secret: str | None = None
    """The name of the credentials that they replace, if they do."""
    lacks_password: bool = False
    """Whether a password must be asked for first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in the order in which they are taken: removals last."""

    steps: tuple[Step, ...]
    watched: int
    """How many instances are watched now."""

    @property
    def removals(self) -> int:
        return sum(step.action is Action.REMOVE for step in self.steps)

    def allows(self, removals: int | None) -> bool:
        """Whether so many are removed only as is allowed: by `removals` if given, else a fifth of the fleet."""
        if removals is not None:
            return self.removals <= removals
        return self.removals * 100 <= self.watched * FREELY_REMOVED


def plan_of(fleet: Iterable[Wanted], known: Mapping[str, Known]) -> Plan:
    """Return what leads from the known fleet to the wanted one."""
    wanted = {item.instance.instance_id: item for item in fleet}
    steps = [step for key, item in wanted.items() for step in _steps(item, known.get(key))]
    gone = (there.instance for key, there in sorted(known.items()) if key not in wanted)
    steps += [Step(Action.REMOVE, instance) for instance in gone]
    return Plan(tuple(steps), len(known))


def _steps(wanted: Wanted, known: Known | None) -> Iterator[Step]:
    if known is None:
        given = PbxSecret(wanted.user or "", wanted.password or "")
        yield Step(Action.ADD, wanted.instance, secret=given, lacks_password=wanted.password is None)
        return
    secret, news = _credentials(wanted, known.secret)
    before, former = known.instance, known.instance.secret_name if secret else None
    # Other credentials get another name: they count from the very write on that says where they are for.
    after = wanted.instance if secret else replace(wanted.instance, secret_name=before.secret_name)
    changes = (*_fields(before, after), *news)
    if changes:
        # Whether it is paused is a step of its own, below.
        yield Step(Action.CHANGE, replace(after, enabled=before.enabled), changes, secret, former)
    if before.enabled != after.enabled:
        yield Step(Action.RESUME if after.enabled else Action.PAUSE, after)


def _fields(before: Instance, after: Instance) -> Iterator[FieldChange]:
    pairs = (
        ("name", before.name, after.name),
        ("customer", before.customer, after.customer),
        ("address", before.address, after.address),
        ("access", before.access.value, after.access.value),
        ("zone", before.zone.key, after.zone.key),
        ("tls", tls_in_words(before.tls), tls_in_words(after.tls)),
        ("tags", _tags(before), _tags(after)),
    )
    yield from (FieldChange(field, old, new) for field, old, new in pairs if old != new)


def _tags(instance: Instance) -> str:
    return ", ".join(sorted(instance.tags)) or "none"


def _credentials(wanted: Wanted, stored: PbxSecret | None) -> tuple[PbxSecret | None, list[FieldChange]]:
    """Return the credentials to store, None to leave them, and what is different about them."""
    user = wanted.user or (stored.user if stored else None)
    password = wanted.password or (stored.password if stored else None)
    if user is None or password is None:
        return None, []
    changes = []
    if stored is None or user != stored.user:
        changes.append(FieldChange("user", stored.user if stored else "none", user))
    if stored is None or password != stored.password:
        changes.append(FieldChange("secret", "stored" if stored else "missing", "stored anew"))
    return (PbxSecret(user, password) if changes else None), changes


def tls_in_words(tls: Tls) -> str:
    """Return a trust setting so that two different ones can be told apart."""
    if tls.trust is Trust.SYSTEM:
        return "public authorities"
    if tls.trust is Trust.PIN:
        return f"pin {tls.value}"
    # However its lines are broken, and whatever is said about it: a PEM text goes through many editors.
    pem = certificates_in(tls.value) or tls.value
    return f"CA {hashlib.sha256(''.join(pem.split()).encode()).hexdigest()[:16]}"
