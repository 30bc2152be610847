"""Deploy the built template to the emulator: translate it as SAM does, upload its artifacts, create the stack."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError, WaiterError
from samtranslator.metrics.method_decorator import MetricsMethodWrapperSingleton
from samtranslator.translator.transform import transform

from local.emulator import REGION, Emulator

BUCKET = "artifacts"
ARTIFACTS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class NoManagedPolicies:
    """Stands in for the list of AWS's own policies, of which the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


def deploy(emulator: Emulator, built: Path, stack: str, parameters: dict[str, str]) -> dict[str, str]:
    """Create the stack, or update it in place, and return its outputs.

    Raise RuntimeError with the stack's own words if that fails.
    """
    template = yaml.safe_load(built.read_text())
    _upload(emulator, template, built.parent)
    translated = translate(template, parameters)
    s3, cloudformation = emulator.client("s3"), emulator.client("cloudformation")
    s3.put_object(Bucket=BUCKET, Key="template.yaml", Body=yaml.safe_dump(translated).encode())
    write, done = _way(cloudformation, stack)
    write(
        StackName=stack,
        TemplateURL=f"{emulator.endpoint}/{BUCKET}/template.yaml",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    try:
        cloudformation.get_waiter(done).wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    except WaiterError as error:
        raise RuntimeError(_why(cloudformation, stack)) from error
    [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def translate(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """Return the template as CloudFormation takes it."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    no_policies: Any = NoManagedPolicies()
    translated: dict[str, Any] = transform(template, parameters, no_policies)
    # How long each step took goes nowhere, but the next translation would warn that nobody was told.
    MetricsMethodWrapperSingleton.get_instance().publish()
    return translated


def _way(cloudformation: Any, stack: str) -> tuple[Any, str]:
    """Return what writes the stack, and what to wait for after it."""
    try:
        cloudformation.describe_stacks(StackName=stack)
    except ClientError:
        return cloudformation.create_stack, "stack_create_complete"
    return cloudformation.update_stack, "stack_update_complete"


def _upload(emulator: Emulator, template: dict[str, Any], folder: Path) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for name, resource in template["Resources"].items():
        where = ARTIFACTS.get(resource["Type"])
        if where is None:
            continue
        key = f"{name}.zip"
        s3.put_object(Bucket=BUCKET, Key=key, Body=_zipped(folder / resource["Properties"][where]))
        resource["Properties"][where] = f"s3://{BUCKET}/{key}"


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return packed.getvalue()


def _why(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    lines = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
    return "the stack could not be deployed:\n" + "\n".join(reversed(lines))
