"""Holds compose.yaml and what it mounts against the code."""

from __future__ import annotations

from pathlib import Path

from .facts import Facts
from .kustomize import Manifest, load_all

IMAGE = "noetl-relay"


def complaints(root: Path, facts: Facts) -> list[str]:
    """What is wrong with compose.yaml."""
    path = root / "compose.yaml"
    services: Manifest = load_all(path.read_text(), path.name)[0]["services"]
    ours = {name: item for name, item in services.items() if item["image"].partition(":")[0] == IMAGE}
    found = []
    programs = {item["command"][0] for item in ours.values()}
    found += [f"{program} is not run" for program in sorted(set(facts.programs) - programs)]
    for name, service in services.items():
        found += [f"{name}: {complaint}" for complaint in _references(service, services, root)]
    listening: dict[str, list[int]] = {}
    for name, service in ours.items():
        program = service["command"][0]
        if program not in facts.programs:
            found.append(f"{name}: {program} is not one of our programs")
            continue
        settings = {key: str(value) for key, value in service.get("environment", {}).items()}
        found += [f"{name}: {complaint}" for complaint in _settings(settings, program, facts)]
        ports = {} if program == "relayctl" else facts.ports(program, settings)
        listening[name] = [port for port, address in ports.items() if address == "0.0.0.0"]
        for port in service.get("ports", []):
            if int(port.rpartition(":")[2]) not in listening[name]:
                found.append(f"{name}: {program} does not listen on {port.rpartition(':')[2]} for others")
        for option, value in (("read_only", True), ("cap_drop", ["ALL"]), ("security_opt", ["no-new-privileges:true"])):
            if service.get(option) != value:
                found.append(f"{name}: {option} is not {value}")
    found += _scrapes(root, services, ours, listening)
    return [f"compose.yaml: {complaint}" for complaint in found]


def _settings(settings: dict[str, str], program: str, facts: Facts) -> list[str]:
    found = []
    for name, value in settings.items():
        setting = facts.settings[program].get(name)
        if setting is None:
            found.append(f"{name}: no setting of {program}, see docs/settings.md")
        elif complaint := setting.complaint(value):
            found.append(complaint)
    return found


def _references(service: Manifest, services: Manifest, root: Path) -> list[str]:
    found = [f"depends on {name}, which is not there" for name in service.get("depends_on", {}) if name not in services]
    if ":" not in service["image"] or service["image"].endswith(":latest"):
        found.append(f"{service['image']} is no particular version")
    for volume in service.get("volumes", []):
        source = volume.partition(":")[0]
        if source.startswith("./") and not (root / source).exists():
            found.append(f"mounts {source}, which is not there")
    return found


def _scrapes(root: Path, services: Manifest, ours: Manifest, listening: dict[str, list[int]]) -> list[str]:
    """Prometheus asks each of our services on a port where it serves metrics."""
    configuration = load_all((root / "compose/prometheus.yaml").read_text(), "compose/prometheus.yaml")[0]
    targets = [
        target
        for job in configuration["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    ]
    found = []
    for target in targets:
        name, _, port = target.partition(":")
        if name not in services or int(port) not in listening.get(name, [int(port)] if name not in ours else []):
            found.append(f"Prometheus asks {target}, where nobody listens")
    asked = {target.partition(":")[0] for target in targets}
    found += [f"Prometheus does not ask {name}" for name, ports in listening.items() if ports and name not in asked]
    return found
