"""Put a fleet, its secrets and access tokens into a deployed stack, as an operator would."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lapsewatch.access import create_token
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.instance import Access, Instance, Tls, Trust
from lapsewatch.domain.tokens import Role


def onboard(simulated: dict[str, Any], table: Table, ssm: Any, secret_path: str, zone: ZoneInfo) -> None:
    """Register every simulated PBX with its credentials."""
    fleet = DynamoFleet(table, zone)
    for pbx in simulated["instances"]:
        instance = Instance(
            instance_id=pbx["id"],
            name=pbx["name"],
            customer=pbx["customer"],
            address=pbx["address"],
            access=Access(pbx["access"]),
            zone=zone_named(pbx["zone"]),
            secret_name=f"{secret_path}/pbx/{pbx['id']}",
            tls=Tls(Trust.CA, simulated["ca_pem"]),
        )
        secret = json.dumps({"user": pbx["user"], "password": pbx["password"]})
        ssm.put_parameter(Name=instance.secret_name, Value=secret, Type="SecureString", Overwrite=True)
        fleet.register(instance)


def create_tokens(table: Table, now: datetime) -> dict[str, str]:
    """Return a new access token for each role."""
    tokens = DynamoTokens(table)
    return {role.value: create_token(tokens, role, f"demo {role}", now) for role in Role}
