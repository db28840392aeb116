"""Holds Dockerfile, compose.yaml and k8s/ against the code.

Renders every overlay, and the base with each component alone; validates what comes out; and checks that every program,
variable, port, path, Secret key and metric in it exists. Prints what is wrong, one a line, and exits with status 1 if
anything is.

With --write FOLDER it also writes there what other tools check: the alerts, and the queries of the dashboard, as files
of Prometheus' rules.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from . import autoscaling, compose, dockerfile, kustomize, monitoring, objects, schema, workloads
from .facts import Facts
from .kustomize import KustomizeError, Manifest

NAMESPACE = "noetl"


def renderings(root: Path) -> dict[str, list[Manifest]]:
    """What is rendered, by name."""
    k8s = root / "k8s"
    result = {f"overlays/{folder.name}": kustomize.render(folder) for folder in sorted((k8s / "overlays").iterdir())}
    for folder in sorted((k8s / "components").iterdir()):
        result[f"components/{folder.name}"] = kustomize.render_with(k8s / "base", folder, NAMESPACE)
    return result


def complaints(root: Path) -> list[str]:
    """Everything that is wrong in a checkout."""
    facts = Facts(root)
    image = dockerfile.image(root)
    found = dockerfile.complaints(root, facts) + compose.complaints(root, facts)
    try:
        rendered = renderings(root)
    except KustomizeError as error:
        return [*found, f"k8s: {error}"]
    for name, manifests in rendered.items():
        problems = _problems(name, manifests, facts, image)
        found += [f"k8s/{name}: {problem}" for problem in problems]
    return found


def _problems(rendering: str, manifests: list[Manifest], facts: Facts, image: dict[str, str]) -> list[str]:
    """What is wrong with what was rendered; what has the wrong shape is not looked into further."""
    if problems := [item for manifest in manifests for item in schema.complaints(manifest)]:
        return problems
    programs = {workloads.program_of(item) for manifest in manifests for item in kustomize.containers(manifest)}
    if unknown := programs - set(facts.programs):
        return [f"{program!r}: not one of our programs" for program in sorted(unknown)]
    problems += [item for manifest in manifests for item in workloads.complaints(manifest, facts, image)]
    problems += objects.complaints(manifests, facts)
    problems += autoscaling.complaints(manifests, facts)
    problems += monitoring.complaints(manifests, facts)
    return problems + dockerfile.tag_complaints(manifests, facts, rendering)


def write_rules(root: Path, folder: Path) -> None:
    """Writes alerts.yaml and dashboard.yaml, for promtool."""
    manifests = kustomize.render_with(root / "k8s/base", root / "k8s/components/monitoring", NAMESPACE)
    groups = [group for item in objects.of_kind(manifests, "PrometheusRule") for group in item["spec"]["groups"]]
    (folder / "alerts.yaml").write_text(yaml.safe_dump({"groups": groups}))
    texts = [text for item in objects.of_kind(manifests, "ConfigMap") for text in item["data"].values()]
    queries = [expression for text in texts for expression in monitoring.dashboard_expressions(text)]
    rules = [{"record": f"query_{index}", "expr": query} for index, query in enumerate(queries)]
    (folder / "dashboard.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))


def main() -> int:
    """Checks the checkout that this file is in."""
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(prog="check_deploy", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    found = complaints(root)
    for complaint in found:
        print(f"check-deploy: {complaint}", file=sys.stderr)
    if not found and arguments.write is not None:
        write_rules(root, arguments.write)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
