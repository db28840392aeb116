"""Holds what Prometheus and Grafana read against what the services serve."""

from __future__ import annotations

import json
import re
from typing import Any

from . import promql
from .facts import Facts
from .kustomize import Manifest, containers, name_of
from .objects import of_kind, port_numbers, selected
from .workloads import program_of


def complaints(manifests: list[Manifest], facts: Facts) -> list[str]:
    """What is wrong with PodMonitors, PrometheusRules and dashboards."""
    found = []
    for monitor in of_kind(manifests, "PodMonitor"):
        found += [f"{name_of(monitor)}: {complaint}" for complaint in _pod_monitor(monitor, manifests, facts)]
    for expression in alert_expressions(manifests):
        found += [f"an alert: {complaint}" for complaint in promql.complaints(expression, facts.series)]
    for item in of_kind(manifests, "ConfigMap"):
        for name, text in item.get("data", {}).items():
            found += [f"{name}: {complaint}" for complaint in dashboard_complaints(text, facts)]
    return found


def alert_expressions(manifests: list[Manifest]) -> list[str]:
    """The expressions of all alerts."""
    return [
        rule["expr"]
        for manifest in of_kind(manifests, "PrometheusRule")
        for group in manifest["spec"]["groups"]
        for rule in group["rules"]
    ]


def dashboard_expressions(text: str) -> list[str]:
    """The expressions of a dashboard's panels, with Grafana's variables filled in."""
    panels = json.loads(text)["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    return [item.replace("$__rate_interval", "1m").replace("$job", "job") for item in expressions]


def dashboard_complaints(text: str, facts: Facts) -> list[str]:
    """What is wrong with a dashboard."""
    dashboard = json.loads(text)
    found = []
    panels = dashboard["panels"]
    identities = [panel["id"] for panel in panels]
    if len(set(identities)) != len(identities):
        found.append("two panels have the same id")
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    for name in sorted(_variables(dashboard["panels"]) - variables - {"__rate_interval"}):
        found.append(f"there is no variable {name}")
    for expression in dashboard_expressions(text):
        found += promql.complaints(expression, facts.series)
    return found


def _variables(value: Any) -> set[str]:
    return set(re.findall(r"\$\{?(\w+)", json.dumps(value)))


def _pod_monitor(monitor: Manifest, manifests: list[Manifest], facts: Facts) -> list[str]:
    pods = selected(monitor["spec"]["selector"], manifests)
    serving = of_kind(manifests, "Deployment", "StatefulSet")
    found = [f"{name_of(pod)} is not selected" for pod in serving if pod not in pods]
    endpoints = monitor["spec"]["podMetricsEndpoints"]
    for endpoint in endpoints:
        asked = [pod for pod in pods if endpoint["port"] in port_numbers(pod)]
        if not asked:
            found.append(f"no pod has a port named {endpoint['port']}")
        for pod in asked:
            program = program_of(containers(pod)[0])
            if endpoint["path"] not in facts.served_paths(program):
                found.append(f"{program} does not serve {endpoint['path']}")
    ports = {endpoint["port"] for endpoint in endpoints}
    found += [f"{name_of(pod)} has none of the ports {sorted(ports)}" for pod in pods if not ports & set(port_numbers(pod))]
    return found
