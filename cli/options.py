"""What every command takes.

Not by `type`: Typer does not look into such aliases, and would lose the variables and names that are given here.
"""

from typing import Annotated

import typer

Stack = Annotated[str, typer.Option(envvar="LAPSEWATCH_STACK", help="The CloudFormation stack.")]
Endpoint = Annotated[str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="An emulator instead of AWS.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
