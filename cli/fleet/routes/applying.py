"""Make the routes what a plan says: first where they lead to, then who is reached, then the rules, removals last."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.adapters.channels.kinds import KINDS
from lapsewatch.errors import LapsewatchError, SettingsError
from lapsewatch.ports import Routes

from cli.fleet.difference import Action
from cli.fleet.routes.difference import RoutePlan, RouteStep, SubscriptionStep
from cli.fleet.routes.subscriptions import Filter, Subscription


class Subscriptions(Protocol):
    """The subscriptions of the topic."""

    def subscribe(self, subscription: Subscription, asked: Filter) -> None: ...
    def set_filter(self, arn: str, asked: Filter) -> None: ...
    def unsubscribe(self, arn: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RouteApplying:
    """Everything that a route step works with."""

    routes: Routes
    subscriptions: Subscriptions
    store_target: Callable[[str, str], None]
    forget_target: Callable[[str], None]


def apply_routes(work: RouteApplying, plan: RoutePlan) -> list[str]:
    """Take the steps, and return what failed in words. The rules change only when all that they need is there."""
    failed = list(_failures(_preparing(work, plan)))
    if failed or not plan.pending:
        return failed
    if plan.steps:
        failed += _failures([("the routes", lambda: work.routes.declare(plan.routes))])
    return failed or list(_failures(_clearing_up(work, plan)))


def with_targets(plan: RoutePlan, ask: Callable[[RouteStep], str]) -> RoutePlan:
    """Return the plan with the targets that it lacks, each asked for."""
    return replace(plan, steps=tuple(_with_target(step, ask) for step in plan.steps))


def checked_target(channel: str, text: str) -> str:
    """Return where a route leads to as it is stored; raise ValueError, without any of it, if it is not usable."""
    try:
        KINDS[channel].target_from(text)
    except SettingsError as error:
        raise ValueError(f"secret: {error}") from None
    return text


def _with_target(step: RouteStep, ask: Callable[[RouteStep], str]) -> RouteStep:
    return replace(step, target=ask(step), lacks_target=False) if step.lacks_target else step


type Deed = tuple[str, Callable[[], None]]


def _preparing(work: RouteApplying, plan: RoutePlan) -> Iterator[Deed]:
    for step in plan.steps:
        if step.target is not None:
            yield step.route.name, lambda step=step: work.store_target(step.route.name, step.target or "")  # type: ignore[misc]
    for change in plan.subscriptions:
        if change.action is not Action.REMOVE:
            yield str(change.wanted), lambda change=change: _subscribe(work, change)  # type: ignore[misc]


def _subscribe(work: RouteApplying, change: SubscriptionStep) -> None:
    if change.arn is None:
        work.subscriptions.subscribe(change.wanted, change.filter)
    else:
        work.subscriptions.set_filter(change.arn, change.filter)


def _clearing_up(work: RouteApplying, plan: RoutePlan) -> Iterator[Deed]:
    for change in plan.subscriptions:
        if change.action is Action.REMOVE:
            yield str(change.wanted), lambda change=change: work.subscriptions.unsubscribe(change.arn or "")  # type: ignore[misc]
    for step in plan.steps:
        if step.action is Action.REMOVE and not step.route.by_topic:
            yield step.route.name, lambda step=step: work.forget_target(step.route.name)  # type: ignore[misc]


def _failures(deeds: Iterable[Deed]) -> Iterator[str]:
    for name, deed in deeds:
        try:
            deed()
        except LapsewatchError as error:
            yield f"{name}: {error}"
        except ClientError as error:
            yield f"{name}: AWS answered {error.response['Error']['Code']}"
        except BotoCoreError as error:
            yield f"{name}: AWS cannot be reached: {type(error).__name__}"
