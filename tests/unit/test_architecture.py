"""The shape of the code: imports point inward, and the domain knows neither clock nor machine."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "lapsewatch" / "lapsewatch"
FUNCTIONS = ROOT / "functions"
SOURCES = sorted([*PACKAGE.rglob("*.py"), *FUNCTIONS.rglob("*.py")])
DOMAIN = sorted((PACKAGE / "domain").rglob("*.py"))

INNERMOST_FIRST = ("errors", "domain", "ports", "use cases", "settings", "adapters", "wiring", "functions")
SEES = {
    "errors": set[str](),
    "domain": {"errors"},
    "ports": {"errors", "domain"},
    "use cases": {"errors", "domain", "ports"},
    "settings": {"errors", "domain"},
    "adapters": {"errors", "domain", "ports", "use cases"},
    "wiring": {"errors", "domain", "ports", "use cases", "settings", "adapters"},
    "functions": {"errors", "domain", "ports", "use cases", "adapters", "wiring"},
}
OF_OUR_OWN = {"errors", "ports", "settings", "domain", "adapters", "wiring"}
PURE_LAYERS = {"errors", "domain", "ports", "use cases"}
IO_MODULES = {"boto3", "botocore", "httpx", "socket", "subprocess", "os", "io", "pathlib", "ssl", "requests", "random"}
CLOCK_READS = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time"}
WITHOUT_TLS = PACKAGE / "adapters" / "guarded" / "tls.py"
"""Where a pinned certificate takes the place of the checks."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports, wherever it does."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            module = node.module or ""
            package = module in {"lapsewatch", "lapsewatch.adapters", "lapsewatch.wiring", "lapsewatch.domain"}
            yield from (f"{module}.{alias.name}" for alias in node.names) if package else (module,)


def layer_of(module: str) -> str:
    """Return the layer of one of our modules: the use cases are those that no other layer claims."""
    first = module.removeprefix("lapsewatch.").split(".")[0]
    return first if first in OF_OUR_OWN else "use cases"


def layer_of_file(path: Path) -> str:
    if FUNCTIONS in path.parents:
        return "functions"
    return layer_of(".".join(["lapsewatch", *path.relative_to(PACKAGE).with_suffix("").parts]))


def of_layer(*layers: str) -> list[Path]:
    return [path for path in SOURCES if layer_of_file(path) in layers]


def called(path: Path) -> Iterator[tuple[str, str, ast.Call]]:
    """Yield owner, method and call for every `owner.method(...)` of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")), node.func.attr, node


def test_there_is_something_to_look_at() -> None:
    assert len(DOMAIN) > 10
    assert {layer_of_file(path) for path in SOURCES} == set(INNERMOST_FIRST)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_point_inward(path: Path) -> None:
    layer = layer_of_file(path)

    ours = {layer_of(module) for module in imported(path) if module.split(".")[0] == "lapsewatch"}

    assert ours <= SEES[layer] | {layer}


def test_no_layer_sees_one_that_is_further_out() -> None:
    for layer, seen in SEES.items():
        inner = INNERMOST_FIRST[: INNERMOST_FIRST.index(layer)]
        assert seen <= set(inner)


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_the_domain_imports_nothing_but_the_standard_library_and_itself(path: Path) -> None:
    foreign = {
        module
        for module in imported(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not module.startswith(("lapsewatch.domain.", "lapsewatch.errors"))
    }

    assert foreign == set()


@pytest.mark.parametrize("path", of_layer(*PURE_LAYERS), ids=name_of)
def test_domain_and_use_cases_do_no_input_or_output(path: Path) -> None:
    assert {module.split(".")[0] for module in imported(path)} & IO_MODULES == set()
    names = {node.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}
    assert not names & {"open", "print", "input"}


@pytest.mark.parametrize("path", of_layer(*PURE_LAYERS), ids=name_of)
def test_domain_and_use_cases_never_read_a_clock(path: Path) -> None:
    reads = [
        f"line {call.lineno}: {owner}.{method}()"
        for owner, method, call in called(path)
        if owner in CLOCK_OWNERS and method in CLOCK_READS
    ]

    assert reads == []
    assert "time" not in set(imported(path))


@pytest.mark.fault("G7")
@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_instant_is_ever_told_in_the_zone_of_the_machine(path: Path) -> None:
    guesses = [
        f"line {call.lineno}: .{method}()"
        for owner, method, call in called(path)
        if (method == "astimezone" and (not call.args or _is_none(call.args[0])))
        or (method == "now" and not call.args and not call.keywords and owner == "datetime")
        or (method == "fromtimestamp" and len(call.args) + len(call.keywords) < 2)
        or method in {"utcnow", "utcfromtimestamp", "tzset"}
    ]

    assert guesses == []


@pytest.mark.fault("P13")
@pytest.mark.parametrize("path", [path for path in SOURCES if path != WITHOUT_TLS], ids=name_of)
def test_certificates_are_checked_everywhere_but_where_a_pin_takes_their_place(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.keyword):
            off = isinstance(node.value, ast.Constant) and node.value.value is False
            assert not (off and node.arg in {"verify", "verify_ssl", "check_hostname", "use_ssl"}), node.value.lineno
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"CERT_NONE", "_create_unverified_context"}, node.lineno
            assert not (node.attr in {"check_hostname", "verify_mode"} and isinstance(node.ctx, ast.Store)), node.lineno


@pytest.mark.parametrize("path", of_layer("functions"), ids=name_of)
def test_a_function_is_one_small_file_that_decides_nothing(path: Path) -> None:
    tree = tree_of(path)

    assert len(path.read_text().splitlines()) <= 40
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.If | ast.Try | ast.While)]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_called_helpers(path: Path) -> None:
    words = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}

    assert not words & {"utils", "util", "common", "helpers", "helper", "manager", "managers", "shared", "misc"}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
