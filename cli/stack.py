"""The deployed stack that a command works on, found by its CloudFormation outputs."""

import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.adapters.channels.means import Dialing, Means
from lapsewatch.adapters.dynamodb.feed_store import DynamoFeeds
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.moves import DynamoMoves
from lapsewatch.adapters.dynamodb.route_store import DynamoRoutes
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.adapters.secrets import NAMES_A_CALL, SsmSecrets
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.milestones import ReminderRules, ladder_from
from lapsewatch.domain.routes import WEBHOOK, Route
from lapsewatch.errors import LapsewatchError
from lapsewatch.lifecycle import Operating
from lapsewatch.ports import Channel
from lapsewatch.settings import Network, networks_from, pace_from
from lapsewatch.wiring.channels import channel_of, secret_name

from cli.fleet.routes.subscriptions import SnsSubscriptions


class StackError(LapsewatchError):
    """The stack cannot be reached; the text says why."""


class DeployedStack:
    """One stack of one account, or of an emulator at `endpoint_url`."""

    def __init__(self, name: str, endpoint_url: str | None = None) -> None:
        self._endpoint_url = endpoint_url
        try:
            [found] = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except (ClientError, BotoCoreError) as error:
            raise StackError(f"The stack {name!r} cannot be read: {error}") from None
        self._outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
        self._parameters = {given["ParameterKey"]: given["ParameterValue"] for given in found["Parameters"]}
        self.zone: ZoneInfo = zone_named(self.parameter("TenantZone"))
        self.page_url: str = self.output("PageUrl")

    @property
    def fleet(self) -> DynamoFleet:
        return DynamoFleet(self.table, self.zone)

    @property
    def tokens(self) -> DynamoTokens:
        return DynamoTokens(self.table)

    @property
    def feeds(self) -> DynamoFeeds:
        return DynamoFeeds(self.table)

    @property
    def states(self) -> DynamoStates:
        return DynamoStates(self.table)

    @property
    def moves(self) -> DynamoMoves:
        return DynamoMoves(self.table)

    @property
    def operating(self) -> Operating:
        return Operating(self.fleet, self.states, self.rules)

    @property
    def rules(self) -> ReminderRules:
        """The reminder settings that the stack was deployed with."""
        ladders = {
            Clock.LICENSE: ladder_from(self.parameter("LicenseMilestones")),
            Clock.MAINTENANCE: ladder_from(self.parameter("MaintenanceMilestones")),
        }
        return ReminderRules(ladders, int(self.parameter("ReminderHour")))

    @property
    def secrets(self) -> SsmSecrets:
        """The stored credentials of the fleet."""
        return SsmSecrets(self.client("ssm"))

    @property
    def paces(self) -> dict[str, timedelta]:
        """How often each scheduled job runs."""
        given = {"poll": "PollRate", "remind": "RemindRate", "report": "ReportRate"}
        return {job: pace_from(self._parameters[name]) for job, name in given.items()}

    @property
    def networks(self) -> tuple[Network, ...]:
        """The private networks in which PBXs and the webhook may be."""
        return networks_from(self.parameter("AllowedNetworks"))

    def parameter(self, name: str) -> str:
        """Return a setting that the stack was deployed with."""
        if name not in self._parameters:
            raise StackError(f"The stack is older than this command and has no setting {name}: deploy it anew.")
        return str(self._parameters[name])

    def output(self, name: str) -> str:
        """Return an output of the stack."""
        if name not in self._outputs:
            raise StackError(f"The stack is older than this command and has no output {name}: deploy it anew.")
        return str(self._outputs[name])

    def forget_secret(self, name: str) -> None:
        """Delete credentials; none of that name is fine too."""
        self.client("ssm").delete_parameters(Names=[name])

    def new_secret_name(self, instance_id: str) -> str:
        """Return a name that no credentials of this instance ever had: no function has them in its cache yet."""
        return f"{self._outputs['SecretPath']}/pbx/{instance_id}/{secrets.token_hex(4)}"

    def secret_names(self) -> frozenset[str]:
        """Return the names of all credentials of PBXs that are stored."""
        pages = self.client("ssm").get_paginator("get_parameters_by_path")
        found = pages.paginate(Path=f"{self._outputs['SecretPath']}/pbx", Recursive=True)
        return frozenset(parameter["Name"] for page in found for parameter in page["Parameters"])

    def store_secret(self, instance: Instance, user: str, password: str) -> None:
        """Store the credentials of an instance as a SecureString; the table only ever holds its name."""
        self._put(instance.secret_name, json.dumps({"user": user, "password": password}))

    @property
    def routes(self) -> DynamoRoutes:
        return DynamoRoutes(self.table)

    @property
    def subscriptions(self) -> SnsSubscriptions:
        return SnsSubscriptions(self.client("sns"), self.output("TopicArn"))

    @property
    def channels_on(self) -> bool:
        """Whether the stack was deployed with the function that hands messages to channels."""
        return "on" in {self._parameters.get("Channels"), self._parameters.get("WebhookChannel")}

    def targets(self, routes: Iterable[str]) -> dict[str, str]:
        """Return what is stored of where these routes lead to."""
        names = {self._target_name(route): route for route in routes}
        found: dict[str, str] = {}
        for some in batched(sorted(names), NAMES_A_CALL, strict=False):
            answer = self.client("ssm").get_parameters(Names=list(some), WithDecryption=True)
            found |= {names[parameter["Name"]]: parameter["Value"] for parameter in answer["Parameters"]}
        return found

    def channel(self, route: Route) -> Channel:
        """Return the channel of a route as the notify function has it, but dialled from here."""
        means = Means(Dialing(self.networks), lambda: self.client("sesv2"), self.parameter("SenderAddress"))
        return channel_of(self.client("ssm"), self.output("SecretPath"), means, route)

    def store_target(self, route: str, target: str) -> None:
        """Store where a route leads to, with its secret."""
        self._put(self._target_name(route), target)

    def forget_target(self, route: str) -> None:
        """Delete where a route led to; none is fine too."""
        self.client("ssm").delete_parameters(Names=[self._target_name(route)])

    def lacks_target(self) -> list[str]:
        """Return the routes that nobody has said where they lead to."""
        used = [route for route in self.routes.declared() or (WEBHOOK,) if not route.by_topic]
        stored = self.targets(route.name for route in used)
        return [route.name for route in used if route.name not in stored]

    def _target_name(self, route: str) -> str:
        return secret_name(self.output("SecretPath"), route)

    def renew_session_key(self) -> None:
        """Store a new key that signs sessions; everybody signs in anew."""
        self._put(f"{self._outputs['SecretPath']}/session-key", secrets.token_hex(32))

    def poll_now(self) -> int:
        """Queue a poll of every enabled instance and return how many were queued."""
        function = self.output("PollDispatchFunctionName")
        answer = self.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        if "FunctionError" in answer:
            raise StackError("The dispatch function failed; see its log.")
        return int(json.loads(answer["Payload"].read())["dispatched"])

    @property
    def table(self) -> Table:
        return Table(self.client("dynamodb"), self.output("TableName"))

    def _put(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def client(self, service: str) -> Any:
        """Return a client of one service of AWS."""
        make: Any = boto3.client  # its overloads need the name of the service to be a literal
        return make(service, endpoint_url=self._endpoint_url)
