"""What a fleet file may say about a route, field by field."""

import re
from typing import Annotated, Self

from lapsewatch.adapters.channels.kinds import KINDS
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.routes import ROUTE_NAME, TAG, ByTopic, News
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from cli.entry import Name
from cli.fleet.parts import OneOf, Part, Path, Switch, Variable

MOST_ADDRESSES = 20
MOST_NAMED = 100
LONGEST_WAIT = 24 * 14
SHAPES = {ByTopic.EMAIL: r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", ByTopic.SMS: r"\+[1-9][0-9]{6,14}"}
CHANNELS = sorted({*KINDS, *ByTopic})


def _channel(text: str) -> str:
    if text not in CHANNELS:
        raise ValueError(f"give one of {', '.join(CHANNELS)}")
    return text


type RouteName = Annotated[str, StringConstraints(pattern=ROUTE_NAME)]
type Tag = Annotated[str, StringConstraints(pattern=TAG)]
type ChannelName = Annotated[str, AfterValidator(_channel), WithJsonSchema({"enum": CHANNELS})]
type Reach = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=254)]
type Hours = Annotated[int, Field(ge=1, le=LONGEST_WAIT), WithJsonSchema({"type": "integer", "minimum": 1})]


class RouteSecret(OneOf):
    """Where it leads to, as the channel stores it: an address, a key. It is never in the file itself."""

    env: Variable | None = Field(None, description="The environment variable that holds it.")
    file: Path | None = Field(None, description="A file that holds it and nothing else, relative to the fleet file.")
    prompt: Annotated[Switch | None, Field(description="true: have it asked for when none is stored yet.")] = None


class MatchRow(Part):
    """What the route takes. What is not given is not asked about."""

    customers: list[Name] = Field([], max_length=MOST_NAMED, description="Whose instances.")
    tags: list[Tag] = Field([], max_length=MOST_NAMED, description="Instances with one of these tags at least.")
    severity: Severity = Field(Severity.INFO, description="The least urgent that it takes.")
    clocks: list[Clock] = Field([], description="What runs out; changes have no clock.")
    events: list[News] = Field([], description="Which kinds of messages.")


class RouteRow(Part):
    """Who gets what, and how."""

    name: RouteName = Field(description="Short name that stays: lower-case letters, digits, hyphens.")
    channel: ChannelName = Field(description="The way there. email and sms with addresses are served by the topic.")
    secret: RouteSecret | None = None
    addresses: list[Reach] = Field([], max_length=MOST_ADDRESSES, description="Of email or sms.")
    match: MatchRow = Field(default_factory=MatchRow)
    default: Switch = Field(False, description="true: gets what no other route takes.")
    escalate_after_hours: Hours | None = Field(None, description="Unless somebody acknowledges what is CRITICAL.")
    escalate_to: RouteName | None = Field(None, description="The route that gets it then.")
    outlook: Switch = Field(False, description="true: gets a list of what ends in 60 and 90 days, every week.")
    acknowledge_link: Switch = Field(True, description="false: no link by which its readers can acknowledge.")

    @property
    def by_topic(self) -> bool:
        return bool(self.addresses) or self.channel not in KINDS

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.by_topic:
            _check_topic_route(self)
        if (self.escalate_after_hours is None) != (self.escalate_to is None):
            raise ValueError("give both escalate_after_hours and escalate_to, or neither")
        if self.escalate_to == self.name:
            raise ValueError("escalate_to: give another route than this one")
        return self


def _check_topic_route(row: RouteRow) -> None:
    if row.channel not in set(ByTopic):
        raise ValueError("addresses: only email and sms have them; give the secret of this channel instead")
    shape = ByTopic(row.channel)
    if not row.addresses:
        raise ValueError("addresses: give one at least")
    if row.secret is not None:
        raise ValueError("secret: addresses need none; remove it")
    if any(re.fullmatch(SHAPES[shape], address) is None for address in row.addresses):
        example = "noc@msp.example" if shape is ByTopic.EMAIL else "+15550100200"
        raise ValueError(f"addresses: give them as {example}")
    if row.outlook:
        raise ValueError("outlook: the topic cannot send it to single addresses; give it to a route with a channel")
