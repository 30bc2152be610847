"""The deployed stack that a command works on, found by its CloudFormation outputs."""

import json
import math
import secrets
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from lapsewatch.adapters.channels.webhook.channel import WebhookChannel
from lapsewatch.adapters.channels.webhook.target import parameter_name
from lapsewatch.adapters.dynamodb.feed_store import DynamoFeeds
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.ledger_store import DynamoLedger
from lapsewatch.adapters.dynamodb.moves import DynamoMoves
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.adapters.secrets import SsmSecrets
from lapsewatch.adapters.sns import fitting
from lapsewatch.deliver import Delivery
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.digests import Digest
from lapsewatch.domain.instance import Instance
from lapsewatch.domain.milestones import ReminderRules, ladder_from
from lapsewatch.domain.moves import Summary
from lapsewatch.domain.notices import Notice
from lapsewatch.errors import LapsewatchError
from lapsewatch.lifecycle import Operating
from lapsewatch.settings import networks_from
from lapsewatch.wiring.notify import webhook


class StackError(LapsewatchError):
    """The stack cannot be reached; the text says why."""


class Silent:
    """A publisher that must never be asked to publish."""

    def fitting(self, notices: Iterable[Notice]) -> int:
        return fitting(notices)

    def publish(self, message: Notice | Digest | Summary) -> str:
        raise StackError(f"A rehearsal does not send {message.event_id}.")


class DeployedStack:
    """One stack of one account, or of an emulator at `endpoint_url`."""

    def __init__(self, name: str, endpoint_url: str | None = None) -> None:
        self._endpoint_url = endpoint_url
        try:
            [found] = self._client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except (ClientError, BotoCoreError) as error:
            raise StackError(f"The stack {name!r} cannot be read: {error}") from None
        self._outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
        self._parameters = {given["ParameterKey"]: given["ParameterValue"] for given in found["Parameters"]}
        self.zone: ZoneInfo = zone_named(self._parameters["TenantZone"])
        self.page_url: str = self._outputs["PageUrl"]

    @property
    def fleet(self) -> DynamoFleet:
        return DynamoFleet(self._table, self.zone)

    @property
    def tokens(self) -> DynamoTokens:
        return DynamoTokens(self._table)

    @property
    def feeds(self) -> DynamoFeeds:
        return DynamoFeeds(self._table)

    @property
    def states(self) -> DynamoStates:
        return DynamoStates(self._table)

    @property
    def moves(self) -> DynamoMoves:
        return DynamoMoves(self._table)

    def delivery(self) -> Delivery:
        """Return what a remind run works with, over a publisher that refuses to publish."""
        return Delivery(
            fleet=self.fleet,
            ledger=DynamoLedger(self._table),
            publisher=Silent(),
            rules=self.rules,
            page_url=self.page_url,
            shop=bool(self._parameters["RenewUrlTemplate"]),
            owner="rehearsal",
            time_left=lambda: math.inf,
            digest_over=int(self._parameters["DigestOver"]),
        )

    @property
    def operating(self) -> Operating:
        return Operating(self.fleet, self.states, self.rules)

    @property
    def rules(self) -> ReminderRules:
        """The reminder settings that the stack was deployed with."""
        given = self._parameters
        ladders = {
            Clock.LICENSE: ladder_from(given["LicenseMilestones"]),
            Clock.MAINTENANCE: ladder_from(given["MaintenanceMilestones"]),
        }
        return ReminderRules(ladders, int(given["ReminderHour"]))

    @property
    def secrets(self) -> SsmSecrets:
        """The stored credentials of the fleet."""
        return SsmSecrets(self._client("ssm"))

    def forget_secret(self, instance_id: str) -> None:
        """Delete the credentials of an instance; none is fine too."""
        self._client("ssm").delete_parameters(Names=[self.secret_name(instance_id)])

    def secret_name(self, instance_id: str) -> str:
        return f"{self._outputs['SecretPath']}/pbx/{instance_id}"

    def store_secret(self, instance: Instance, user: str, password: str) -> None:
        """Store the credentials of an instance as a SecureString; the table only ever holds its name."""
        self._put(instance.secret_name, json.dumps({"user": user, "password": password}))

    @property
    def webhook_on(self) -> bool:
        """Whether the stack was deployed with the webhook."""
        return bool(self._parameters.get("WebhookChannel") == "on")

    @property
    def webhook(self) -> WebhookChannel:
        """The webhook as the notify function has it, but dialled from here."""
        networks = networks_from(self._parameters["AllowedNetworks"])
        return webhook(self._client("ssm"), self._outputs["SecretPath"], networks)

    def store_webhook(self, target: str) -> None:
        """Store where the webhook is, with its secret."""
        self._put(parameter_name(self._outputs["SecretPath"]), target)

    def renew_session_key(self) -> None:
        """Store a new key that signs sessions; everybody signs in anew."""
        self._put(f"{self._outputs['SecretPath']}/session-key", secrets.token_hex(32))

    def poll_now(self) -> int:
        """Queue a poll of every enabled instance and return how many were queued."""
        function = self._outputs["PollDispatchFunctionName"]
        answer = self._client("lambda").invoke(FunctionName=function, Payload=b"{}")
        if "FunctionError" in answer:
            raise StackError("The dispatch function failed; see its log.")
        return int(json.loads(answer["Payload"].read())["dispatched"])

    @property
    def _table(self) -> Table:
        return Table(self._client("dynamodb"), self._outputs["TableName"])

    def _put(self, name: str, value: str) -> None:
        self._client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def _client(self, service: str) -> Any:
        make: Any = boto3.client  # its overloads need the name of the service to be a literal
        return make(service, endpoint_url=self._endpoint_url)
