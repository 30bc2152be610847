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
    return failed


def _take(work: Applying, step: Step, now: datetime) -> None:
    instance = step.instance
    match step.action:
        case Action.ADD | Action.CHANGE:
            # Credentials first: an instance that is registered is visited at any moment.
            if step.secret is not None:
                work.store_secret(instance, step.secret.user, step.secret.password)
            work.operating.fleet.register(instance)
        case Action.PAUSE | Action.RESUME:
            set_enabled(work.operating.fleet, instance.instance_id, enabled=instance.enabled)
        case Action.REMOVE:
            remove(work.operating, instance.instance_id, now)
            work.forget_secret(instance.instance_id)


def with_passwords(plan: Plan, ask: Callable[[Step], str]) -> Plan:
    """Return the plan with the passwords that it lacks, each asked for."""
    return replace(plan, steps=tuple(_with_password(step, ask) for step in plan.steps))


def _with_password(step: Step, ask: Callable[[Step], str]) -> Step:
    if not step.lacks_password or step.secret is None:
        return step
    return replace(step, secret=PbxSecret(step.secret.user, ask(step)), lacks_password=False)
