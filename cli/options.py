"""What every command takes."""

from typing import Annotated

import typer

type Stack = Annotated[str, typer.Option(envvar="LAPSEWATCH_STACK", help="The CloudFormation stack.")]
type Endpoint = Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="An emulator instead of AWS.")]
type AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
