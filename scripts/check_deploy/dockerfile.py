"""Holds the Dockerfile, and the images of manifests, against the code."""

from __future__ import annotations

import re
from pathlib import Path

from .facts import Facts
from .kustomize import Manifest, containers, name_of


def _text(root: Path) -> str:
    return (root / "Dockerfile").read_text()


def image(root: Path) -> dict[str, str]:
    """What the image says about itself: its user."""
    user = re.search(r"^USER (\d+:\d+)$", _text(root), re.MULTILINE)
    return {"user": user.group(1) if user else ""}


def complaints(root: Path, facts: Facts) -> list[str]:
    """What is wrong with the Dockerfile, beside what hadolint finds."""
    text = _text(root)
    found = []
    if not image(root)["user"]:
        found.append("no numeric USER")
    if f"ARG VERSION={facts.version}\n" not in text:
        found.append(f"VERSION is not {facts.version}")
    if "HEALTHCHECK" in text:
        found.append("a HEALTHCHECK, which probes are for")
    built = re.search(r"for program in ([^;]+);", text)
    if built is None or set(built.group(1).split()) != set(facts.programs):
        found.append(f"does not build {' '.join(sorted(facts.programs))}")
    exposed = re.search(r"^EXPOSE (.+)$", text, re.MULTILINE)
    ports = {port for program in facts.programs for port in facts.ports(program, {})}
    if exposed is None or set(map(int, exposed.group(1).split())) != ports:
        found.append(f"does not EXPOSE {sorted(ports)}")
    return [f"Dockerfile: {complaint}" for complaint in found]


def tag_complaints(manifests: list[Manifest], facts: Facts, rendering: str) -> list[str]:
    """What is wrong with the images of an overlay."""
    found = []
    images = {(name_of(item), container["image"]) for item in manifests for container in containers(item)}
    for name, reference in sorted(images):
        tag = reference.rpartition("/")[2].partition(":")[2]
        if rendering == "overlays/production" and tag != facts.version:
            found.append(f"{name}: {reference} is not version {facts.version}")
        elif rendering.startswith("overlays/") and tag in {"", "latest"}:
            found.append(f"{name}: {reference} is no particular version")
    return found
