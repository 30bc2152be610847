"""Routes in a fleet file: taken whole or not at all, told before they change, and nobody is left out unnoticed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.routes import Match, News, Route, Step
from lapsewatch.errors import ConflictError

from cli.fleet.difference import Action
from cli.fleet.located import FleetFileError
from cli.fleet.reading import fleet_from
from cli.fleet.routes.applying import RouteApplying, apply_routes, with_targets
from cli.fleet.routes.difference import KnownRoutes, RoutePlan
from cli.fleet.routes.planning import plan_of_routes
from cli.fleet.routes.subscriptions import Filter, Subscribed, Subscription, filter_of
from cli.fleet.routes.telling import idle_lines, route_document, route_lines
from cli.fleet.routes.writing import route_row
from cli.fleet.wanted import wanted_from
from cli.fleet.writing import fleet_text
from tests.builders import instance
from tests.fakes import FakeRoutes
from tests.unit.fleet.test_plan_and_apply import Site
from tests.unit.fleet.texts import fleet

TARGET = '{"url": "https://hooks.example/canary-7f3a", "secret": "canary-secret-0123"}'
MAIL = Subscription("email", "noc@msp.example")
FILE = (
    fleet({"tags": "[vip]"})
    + """
routes:
  - name: noc
    channel: webhook
    secret: {env: NOC}
    match:
      {customers: [Northwind Health], severity: WARNING, clocks: [license], events: [expired, resolved], tags: [vip]}
    escalate_after_hours: 4
    escalate_to: boss
    outlook: true
  - name: boss
    channel: webhook
    secret: {prompt: true}
    acknowledge_link: false
    default: true
  - {name: mail, channel: email, addresses: [noc@msp.example], match: {severity: CRITICAL, tags: [vip]}}
"""
)
NOC = Route(
    name="noc",
    channel="webhook",
    match=Match(
        customers=frozenset({"Northwind Health"}),
        tags=frozenset({"vip"}),
        severity=Severity.WARNING,
        clocks=frozenset({Clock.LICENSE}),
        news=frozenset({News.EXPIRED, News.RESOLVED}),
    ),
    escalation=Step(timedelta(hours=4), "boss"),
    outlook=True,
)


class Topic:
    """The topic's subscriptions in a dictionary; mail is confirmed by a test."""

    def __init__(self) -> None:
        self.there: dict[Subscription, Subscribed] = {}

    def subscribe(self, subscription: Subscription, asked: Filter) -> None:
        self.there[subscription] = Subscribed(None, asked)

    def set_filter(self, arn: str, asked: Filter) -> None:
        self.there = {key: replace(it, filter=asked) if it.arn == arn else it for key, it in self.there.items()}

    def unsubscribe(self, arn: str) -> None:
        self.there = {key: it for key, it in self.there.items() if it.arn != arn}

    def confirm(self) -> None:
        self.there = {key: replace(it, arn=f"arn:{key}") for key, it in self.there.items()}


class Desk:
    """Routes, their targets and the topic, before and after a file is applied."""

    def __init__(self) -> None:
        self.site = Site(NOC=TARGET)
        self.routes = FakeRoutes()
        self.topic = Topic()
        self.targets: dict[str, str] = {}

    @property
    def work(self) -> RouteApplying:
        return RouteApplying(
            self.routes, self.topic, self.targets.__setitem__, lambda name: [self.targets.pop(name, None)].clear()
        )

    def plan(self, text: str) -> RoutePlan:
        read = fleet_from(text)
        known = KnownRoutes(self.routes.declared(), self.targets, self.topic.there)
        return plan_of_routes(read.routes, known, wanted_from(read.rows, self.site.around), self.site.around)

    def apply(self, text: str) -> list[str]:
        return apply_routes(self.work, with_targets(self.plan(text), lambda _: TARGET))


@pytest.fixture
def desk() -> Desk:
    """Return a desk to which the file was applied."""
    made = Desk()
    assert made.apply(FILE) == []
    return made


def refused(text: str, desk: Desk | None = None) -> str:
    with pytest.raises(FleetFileError) as told:
        (desk or Desk()).plan(text)
    return str(told.value)


def routes(*rows: str) -> str:
    return fleet({"tags": "[vip]"}) + "routes:\n" + "".join(f"  - {{{row}}}\n" for row in rows)


def test_a_file_says_who_gets_what() -> None:
    plan = Desk().plan(FILE)

    assert plan.routes == (
        NOC,
        Route("boss", "webhook", default=True, acknowledge_link=False),
        Route("mail", "email", Match(tags=frozenset({"vip"}), severity=Severity.CRITICAL), addresses=(MAIL.address,)),
    )


def test_what_is_new_is_told_stored_and_subscribed(desk: Desk) -> None:
    plan = Desk().plan(FILE)
    told = "\n".join(route_lines(plan))

    assert [line for line in told.splitlines() if line.startswith("+")] == [
        "+ add route noc: webhook",
        "+ add route boss: webhook",
        "+ add route mail: email",
        "+ subscribe email noc@msp.example for mail, hears severity CRITICAL; instance_id northwind, must confirm",
    ]
    assert "where it leads to will be asked for" in told
    assert "canary" not in told + repr(plan) + str(route_document(plan))
    assert desk.routes.known == plan.routes
    assert desk.targets == {"noc": TARGET, "boss": TARGET}
    assert set(desk.topic.there) == {MAIL}


def test_a_second_run_of_the_same_file_finds_nothing_but_who_has_not_confirmed(desk: Desk) -> None:
    before = desk.plan(FILE)
    desk.topic.confirm()

    assert before.pending == 0
    assert list(route_lines(before)) == ["! email noc@msp.example has not confirmed yet: nothing reaches it."]
    assert list(route_lines(desk.plan(FILE))) == []


def test_an_export_changes_nothing_and_says_nothing_secret(desk: Desk) -> None:
    desk.topic.confirm()
    text = fleet_text([{"id": "northwind", **ROW}], map(route_row, desk.routes.declared()))

    assert desk.plan(text).pending == 0
    assert "canary" not in text


ROW = {
    "name": "N", "customer": "Northwind Health", "address": "n.example", "access": "user_login", "tags": ["vip"],
}  # fmt: skip


def test_a_change_is_told_before_and_after_and_replaces_the_filter(desk: Desk) -> None:
    desk.topic.confirm()
    changed = FILE.replace("match: {severity: CRITICAL, tags: [vip]}", "match: {severity: WARNING}")

    told = list(route_lines(desk.plan(changed)))
    failed = desk.apply(changed)

    assert told == [
        "~ change route mail",
        "    tags: vip -> all",
        "    severity: CRITICAL -> WARNING",
        "~ filter email noc@msp.example for mail, hears severity CRITICAL, WARNING",
    ]
    assert failed == []
    assert desk.topic.there[MAIL].filter == {"severity": ["CRITICAL", "WARNING"]}


def test_what_the_file_leaves_out_is_removed_with_its_secret_and_its_subscription(desk: Desk) -> None:
    desk.topic.confirm()
    less = routes("name: boss, channel: webhook, default: true")

    plan = desk.plan(less)
    desk.apply(less)

    assert [(step.action, step.route.name) for step in plan.steps if step.action is Action.REMOVE] == [
        (Action.REMOVE, "noc"),
        (Action.REMOVE, "mail"),
    ]
    assert (set(desk.targets), desk.topic.there) == ({"boss"}, {})


def test_a_file_without_routes_leaves_them_as_they_are_and_an_empty_list_removes_all(desk: Desk) -> None:
    desk.topic.confirm()

    assert desk.plan(fleet({"tags": "[vip]"})).pending == 0
    desk.apply(fleet({}) + "routes: []\n")
    assert (desk.routes.known, desk.targets, desk.topic.there) == ((), {}, {})


def test_a_subscription_that_somebody_else_made_is_left_alone(desk: Desk) -> None:
    other = Subscription("email", "somebody@else.example")
    desk.topic.there[other] = Subscribed("arn:other")

    desk.apply(fleet({}) + "routes: []\n")

    assert other in desk.topic.there


def test_an_instance_that_no_route_takes_rejects_the_file(desk: Desk) -> None:
    alone = routes("name: noc, channel: webhook, secret: {env: NOC}, match: {tags: [vip]}")
    lost = alone.replace("routes:", "- {id: lost, name: L, customer: C, address: l.example, access: auto}\nroutes:")

    assert "line 9: lost: no route takes its reminders" in refused(lost)
    assert "default: true" in refused(lost)
    assert Desk().plan(alone).pending == 1
    assert Desk().plan(lost[: lost.index("routes:")]).pending == 0


def test_an_instance_of_which_no_route_takes_one_clock_rejects_the_file(desk: Desk) -> None:
    half = routes("name: noc, channel: webhook, secret: {env: NOC}, match: {clocks: [license]}")

    assert "no route takes its reminders of maintenance: give it a tag" in refused(half)


def test_what_is_declared_already_leaves_out_nobody_who_comes_later(desk: Desk) -> None:
    desk.routes.declare([NOC])

    assert "lost: no route" in refused(fleet({"tags": "[vip]"}, {"id": "lost", "address": "l.example"}), desk)


@pytest.mark.fault("C2")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("name: A B, channel: webhook", "A B: name: use lower-case letters, digits and hyphens, at most 32."),
        ("name: a, channel: pigeon", "a: channel: give one of"),
        ("name: a, chanel: webhook", "a: chanel: is no field here: did you mean channel?"),
        ("name: a, channel: webhook, password: canary", "a: password: secrets do not belong in this file"),
        ("name: a, channel: webhook, secret: canary", "a: secret: give its fields: env, file, prompt."),
        ("name: a, channel: webhook, secret: {env: A, prompt: true}", "a: secret: give one of env, file, prompt"),
        ("name: a, channel: webhook, match: {severty: INFO}", "a: match.severty: is no field here: did you mean sever"),
        ("name: a, channel: webhook, match: {severity: LOUD}", "a: match.severity: "),
        ("name: a, channel: webhook, match: {customers: [Northwind Helth]}", "did you mean Northwind Health?"),
        ("name: a, channel: webhook, match: {tags: [vipp]}", "no instance has the tag vipp: did you mean vip?"),
        ("name: a, channel: webhook, addresses: [a@b.example]", "a: addresses: only email and sms have them"),
        ("name: a, channel: sms", "a: addresses: give one at least"),
        ("name: a, channel: email, addresses: [nobody]", "a: addresses: give them as noc@msp.example"),
        ("name: a, channel: sms, addresses: ['0155512']", "a: addresses: give them as +15550100200"),
        ("name: a, channel: email, addresses: [a@b.example], secret: {env: A}", "a: secret: addresses need none"),
        ("name: a, channel: email, addresses: [a@b.example], outlook: true", "a: outlook: "),
        ("name: a, channel: webhook, escalate_to: b", "a: give both escalate_after_hours and escalate_to"),
        ("name: a, channel: webhook, escalate_to: a, escalate_after_hours: 1", "another route than this one"),
        ("name: a, channel: webhook, escalate_to: b, escalate_after_hours: 0", "a: escalate_after_hours: "),
        ("name: a, channel: webhook, escalate_to: b, escalate_after_hours: 1", "a: escalate_to: there is no route b"),
        ("name: a, channel: webhook, default: maybe", "a: default: give true or false"),
        ("name: a, channel: webhook, secret: {env: BAD}", "a: secret: The webhook target is not usable: url: "),
    ],
)
def test_a_wrong_route_is_named_with_its_line_and_the_remedy(row: str, said: str) -> None:
    desk = Desk()
    desk.site = Site(BAD='{"url": "http://canary", "secret": "canary-secret-0123"}')

    told = refused(routes(row), desk)

    assert told.startswith("line 10: ")
    assert said in told
    assert "canary" not in told


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["name: a, channel: webhook", "name: a, channel: webhook"], "line 11: a: name: line 10 has it already"),
        (
            ["name: a, channel: email, addresses: [a@b.example]", "name: b, channel: email, addresses: [a@b.example]"],
            "line 11: b: addresses: a has a@b.example already",
        ),
        (
            [
                "name: a, channel: webhook, escalate_to: b, escalate_after_hours: 1",
                "name: b, channel: webhook, escalate_to: a, escalate_after_hours: 1",
            ],
            "a -> b -> a goes round in a circle",
        ),
        (
            [
                "name: a, channel: webhook, escalate_to: b, escalate_after_hours: 1",
                "name: b, channel: email, addresses: [a@b.example]",
            ],
            "b has addresses that only the topic reaches",
        ),
    ],
)
def test_routes_that_are_wrong_together_are_named(rows: list[str], said: str) -> None:
    assert said in refused(routes(*rows))


def test_rules_never_change_before_all_that_they_need_is_there(desk: Desk) -> None:
    def fails(*_: Any) -> None:
        raise ConflictError("another writer was first")

    work = replace(desk.work, store_target=fails)
    before = desk.routes.known

    plan = desk.plan(routes("name: new, channel: webhook, secret: {env: NOC}, default: true"))

    assert apply_routes(work, plan) == ["new: another writer was first"]
    assert (desk.routes.known, set(desk.targets)) == (before, {"noc", "boss"})


def test_a_filter_says_what_the_route_takes_in_the_words_of_the_topic() -> None:
    fleet = [replace(instance(key), tags=frozenset({"vip"})) for key in ("a", "b")] + [instance("c")]
    route = replace(NOC, channel="email", addresses=("a@b.example",))

    assert filter_of(route, fleet) == {
        "event": ["expired", "resolved"],
        "severity": ["CRITICAL", "WARNING"],
        "customer": ["Northwind Health"],
        "clock": ["license"],
        "instance_id": ["a", "b"],
    }
    assert filter_of(replace(route, match=Match()), fleet) == {}
    assert filter_of(replace(route, default=True), fleet) == {}


def test_a_filter_that_the_topic_would_not_take_is_refused_before_anything_is_done() -> None:
    fleet = [replace(instance(f"pbx-{number}"), tags=frozenset({"vip"})) for number in range(76)]
    route = Route("mail", "email", Match(tags=frozenset({"vip"}), severity=Severity.WARNING), addresses=("a@b",))

    with pytest.raises(ValueError, match="150 combinations"):
        filter_of(route, fleet)


@pytest.mark.parametrize(
    ("page_url", "channels_on", "said"),
    [
        ("https://licenses.example", True, []),
        ("https://licenses.example", False, ["nothing reaches noc: deploy with Channels=on."]),
        ("http://127.0.0.1:8080", True, ["nothing reaches mail: set SMTP_URL"]),
        ("http://127.0.0.1:8080", False, ["nothing reaches noc: docs/local.md", "nothing reaches mail: set SMTP_URL"]),
    ],
)
def test_a_plan_says_which_routes_reach_nobody(page_url: str, channels_on: bool, said: list[str]) -> None:
    mail = Route("mail", "email", addresses=("noc@msp.example",))

    lines = list(idle_lines([Route("noc", "slack"), mail], page_url, channels_on=channels_on))

    assert len(lines) == len(said)
    assert all(part in line for part, line in zip(said, lines, strict=True))
