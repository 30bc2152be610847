"""The template as it is written, for the tests that hold it to something."""

from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[2] / "infra" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their long ones."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)

DOCUMENT: dict[str, Any] = yaml.load(TEMPLATE.read_text(), _Loader)
RESOURCES: dict[str, dict[str, Any]] = DOCUMENT["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: found["Properties"] for name, found in RESOURCES.items() if found["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")


def statements(function: str) -> list[dict[str, Any]]:
    """Return what a function's own role allows, with everything switched on."""
    return [unless_off(statement) for statement in _own_policy(function)["Statement"]]


def _own_policy(function: str) -> dict[str, Any]:
    role = FUNCTIONS[function]["Role"]["Fn::GetAtt"].removesuffix(".Arn")
    properties = RESOURCES[role]["Properties"]
    assert "ManagedPolicyArns" not in properties
    [policy] = properties["Policies"]
    document: dict[str, Any] = policy["PolicyDocument"]
    return document


def unless_off(value: dict[str, Any]) -> Any:
    """Return what a value is where its condition holds."""
    return value["Fn::If"][1] if "Fn::If" in value else value


def actions(function: str) -> set[str]:
    return {action for statement in statements(function) for action in listed(statement["Action"])}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
