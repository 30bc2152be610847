"""`make sbom`: the bill of materials of the layer as CycloneDX 1.6, and the licenses in it.

What is in it comes from the requirements that the layer is built of, with their hashes; the licenses come from the same
versions where they are installed.
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from supply.licenses import allowed, license_of

ROOT = Path(__file__).parent.parent
LAYER = ROOT / "layers" / "lapsewatch"
OUT = ROOT / "build"


def bill_of_materials() -> dict[str, Any]:
    """Return the document; the same requirements give the same one."""
    found = _listed()
    for component in found["components"]:
        name = component["name"]
        if version(name) != component["version"]:
            raise LookupError(f"{name} {component['version']} is not what is installed: run `make .venv/.ready`")
        component["licenses"] = [{"expression": license_of(name)}]
        component["bom-ref"] = component["purl"]
        component.pop("description", None)
    found["dependencies"] = [{"ref": ref} for ref in sorted(_refs(found))]
    return found


def licenses(bom: dict[str, Any]) -> dict[str, str]:
    """Return the license of each component."""
    return {component["name"]: component["licenses"][0]["expression"] for component in bom["components"]}


def _listed() -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(LAYER / "requirements.txt")]
    options = ["--pyproject", str(LAYER / "pyproject.toml"), "--mc-type", "library", "--output-reproducible"]
    done = subprocess.run([*command, *options, "--spec-version", "1.6"], check=True, capture_output=True, text=True)
    listed: dict[str, Any] = json.loads(done.stdout)
    return listed


def _refs(bom: dict[str, Any]) -> set[str]:
    return {bom["metadata"]["component"]["bom-ref"], *(component["bom-ref"] for component in bom["components"])}


def main() -> int:
    """Write both files; fail if a license may not be handed on."""
    bom = bill_of_materials()
    told = licenses(bom)
    OUT.mkdir(exist_ok=True)
    (OUT / "lapsewatch.cdx.json").write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n")
    lines = [f"{name:<24}{version(name):<14}{told[name]}" for name in sorted(told)]
    (OUT / "licenses.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    refused = sorted(name for name, expression in told.items() if not allowed(expression))
    if refused:
        print(f"may not be handed on as they are: {', '.join(refused)}; see supply/licenses.py")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
