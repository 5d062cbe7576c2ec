"""The list of a release's software parts, in CycloneDX: every installed distribution that Primum stands on."""

import json
from collections.abc import Mapping
from importlib import metadata

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "primum"


def make(root: str = ROOT) -> str:
    """Return CycloneDX 1.6 JSON of a distribution and all that it needs; equal installations give equal text.

    Serial number and time are left out: the release that holds the list has both.

    Raises:
        PackageNotFoundError: The distribution is not installed.

    Source:
        ECMA-424, CycloneDX 1.6.
    """
    needed = installed(root)
    components = {name: _component(name, version) for name, (version, _) in needed.items()}
    bom = Bom(components=[one for name, one in components.items() if name != root])
    bom.metadata.component = components[root]
    bom.dependencies = [
        Dependency(
            ref=components[name].bom_ref, dependencies=[Dependency(ref=components[one].bom_ref) for one in parts]
        )
        for name, (_, parts) in needed.items()
    ]
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    document.pop("serialNumber", None)
    document["metadata"].pop("timestamp", None)
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def installed(root: str) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return canonical name to version and direct parts, of a distribution and all it needs, sorted by name.

    What a marker rules out on this machine, or an extra nobody asked for brings, is left out.

    Raises:
        PackageNotFoundError: The distribution itself is not installed.
    """
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    asked: dict[str, set[str]] = {canonicalize_name(root): set()}
    waiting = [canonicalize_name(root)]
    while waiting:
        name = waiting.pop()
        distribution = metadata.distribution(name)
        parts = set()
        for requirement in _needs(distribution, asked[name]):
            part = canonicalize_name(requirement.name)
            if not _is_installed(part):
                continue
            parts.add(part)
            if part not in asked or not requirement.extras <= asked[part]:
                asked[part] = asked.get(part, set()) | requirement.extras
                waiting.append(part)
        found[name] = (distribution.version, tuple(sorted(parts)))
    return dict(sorted(found.items()))


def _needs(distribution: metadata.Distribution, extras: set[str]) -> list[Requirement]:
    """Return the requirements that hold on this machine, those of the extras asked for among them."""
    listed = [Requirement(one) for one in distribution.requires or ()]
    return [
        one
        for one in listed
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in {"", *extras})
    ]


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _component(name: str, version: str) -> Component:
    """Return one part; its reference is its package URL, which is the same wherever it is installed."""
    url = PackageURL("pypi", None, name, version)
    return Component(name=name, version=version, type=ComponentType.LIBRARY, bom_ref=str(url), purl=url)
