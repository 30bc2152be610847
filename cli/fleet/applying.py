"""Make a plan true, step by step. A step that fails is told, and does not stop the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Instance
from lapsewatch.errors import LapsewatchError
from lapsewatch.lifecycle import Operating, remove, set_enabled

from cli.fleet.difference import Action, Plan, Step


@dataclass(frozen=True, slots=True)
class Applying:
    """Everything that a step works with."""

    operating: Operating
    store_secret: Callable[[Instance, str, str], None]
    forget_secret: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """A step that could not be taken, and why."""

    step: Step
    why: str


def apply(work: Applying, steps: Iterable[Step], now: datetime) -> list[Failed]:
    """Take the steps, and return those that failed: a later run of the same file takes them up again."""
    failed = []
    for step in steps:
        try:
            _take(work, step, now)
        except LapsewatchError as error:
            failed.append(Failed(step, str(error)))
        except ClientError as error:
            failed.append(Failed(step, f"AWS answered {error.response['Error']['Code']}"))
        except BotoCoreError as error:
            failed.append(Failed(step, f"AWS cannot be reached: {type(error).__name__}"))
        except Exception as error:  # noqa: BLE001  whatever it is, the others go on
            failed.append(Failed(step, f"it failed unexpectedly: {type(error).__name__}"))
    return failed


def _take(work: Applying, step: Step, now: datetime) -> None:
    instance = step.instance
    match step.action:
        case Action.ADD | Action.CHANGE:
            register(work, instance, step.secret, step.former_secret)
        case Action.PAUSE | Action.RESUME:
            set_enabled(work.operating.fleet, instance.instance_id, enabled=instance.enabled)
        case Action.REMOVE:
            remove(work.operating, instance.instance_id, now)
            work.forget_secret(instance.secret_name)


def register(work: Applying, instance: Instance, secret: PbxSecret | None, former_secret: str | None) -> None:
    """Add or change an instance, with its credentials if they are new; those of another name that it had are forgotten.

    A visit may begin at any moment, and must not take credentials to an address that they are not for. So new ones have
    a name of their own, and which name counts changes in the same write as the address.
    """
    if secret is None:
        work.operating.fleet.register(instance)
        return
    work.store_secret(instance, secret.user, secret.password)
    try:
        work.operating.fleet.register(instance)
    except LapsewatchError:
        work.forget_secret(instance.secret_name)
        raise
    if former_secret is not None and former_secret != instance.secret_name:
        work.forget_secret(former_secret)


def with_passwords(plan: Plan, ask: Callable[[Step], str]) -> Plan:
    """Return the plan with the passwords that it lacks, each asked for."""
    return replace(plan, steps=tuple(_with_password(step, ask) for step in plan.steps))


def _with_password(step: Step, ask: Callable[[Step], str]) -> Step:
    if not step.lacks_password or step.secret is None:
        return step
    return replace(step, secret=PbxSecret(step.secret.user, ask(step)), lacks_password=False)
