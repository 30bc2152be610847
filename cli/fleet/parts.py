"""What the parts of a fleet file have in common."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _switch(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() not in SWITCH:
            raise ValueError("give true or false")
        return SWITCH[value.lower()]
    return value


type Switch = Annotated[bool, BeforeValidator(_switch)]
type Path = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
type Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,254}$")]


class Part(BaseModel):
    """A part of a fleet file: no field that is not named, and no value repeated in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class OneOf(Part):
    """A part of which exactly one field is given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        names = list(type(self).model_fields)
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"give one of {', '.join(names)}")
        return self
