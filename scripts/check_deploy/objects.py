"""Holds the objects around pods against each other: Services, budgets, policies and accounts."""

from __future__ import annotations

from .facts import Facts
from .kustomize import Manifest, containers, name_of, pod_template
from .workloads import environment, program_of

LONG_RUNNING = {"Deployment", "StatefulSet"}


def matches(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a label selector with matchLabels and matchExpressions selects labels."""
    for expression in selector.get("matchExpressions", []):
        key, values = expression["key"], expression.get("values", [])
        good = {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }[expression["operator"]]
        if not good:
            return False
    return selector.get("matchLabels", {}).items() <= labels.items()


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """The manifests of some kinds."""
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def workloads(manifests: list[Manifest]) -> list[Manifest]:
    """The manifests that make pods."""
    return [manifest for manifest in manifests if pod_template(manifest) is not None]


def selected(selector: Manifest, manifests: list[Manifest]) -> list[Manifest]:
    """The workloads whose pods a label selector selects."""
    return [item for item in workloads(manifests) if matches(selector, pod_template(item)["metadata"]["labels"])]


def port_numbers(workload: Manifest) -> dict[str, int]:
    """The named ports of a workload's pods."""
    return {port["name"]: port["containerPort"] for item in containers(workload) for port in item.get("ports", [])}


def complaints(manifests: list[Manifest], facts: Facts) -> list[str]:
    """What does not fit together."""
    found = _completeness(manifests, facts)
    for workload in workloads(manifests):
        labels = pod_template(workload)["metadata"]["labels"]
        if "selector" in workload["spec"] and not matches(workload["spec"]["selector"], labels):
            found.append(f"{name_of(workload)} does not select its own pods")
        account = pod_template(workload)["spec"].get("serviceAccountName")
        if account not in [item["metadata"]["name"] for item in of_kind(manifests, "ServiceAccount")]:
            found.append(f"{name_of(workload)}: there is no ServiceAccount {account}")
        others = [
            other for other in of_kind(manifests, *LONG_RUNNING)
            if other is not workload and "selector" in workload["spec"] and selected(workload["spec"]["selector"], [other])
        ]
        found += [f"{name_of(workload)} selects the pods of {name_of(other)}" for other in others]
    for service in of_kind(manifests, "Service"):
        found += _service(service, manifests)
    for policy in of_kind(manifests, "NetworkPolicy"):
        found += _network_policy(policy, manifests)
    for budget in of_kind(manifests, "PodDisruptionBudget"):
        if not selected(budget["spec"]["selector"], manifests):
            found.append(f"{name_of(budget)} selects no pods")
    namespaces = {manifest["metadata"].get("namespace") for manifest in manifests}
    if len(namespaces) != 1 or None in namespaces:
        found.append(f"the manifests are in several namespaces or in none: {namespaces}")
    found += _shards(manifests)
    found += [f"{name_of(item)}: Secrets are referred to, never kept here" for item in of_kind(manifests, "Secret")]
    return found


def _completeness(manifests: list[Manifest], facts: Facts) -> list[str]:
    """Every program is deployed, and every service has what keeps it."""
    found = []
    running = {program_of(container) for workload in workloads(manifests) for container in containers(workload)}
    found += [f"{program} is not deployed" for program in sorted(set(facts.programs) - running)]
    for workload in of_kind(manifests, *LONG_RUNNING):
        labels = pod_template(workload)["metadata"]["labels"]
        for kind, selector in (
            ("Service", lambda item: {"matchLabels": item["spec"]["selector"]}),
            ("PodDisruptionBudget", lambda item: item["spec"]["selector"]),
            ("NetworkPolicy", lambda item: item["spec"]["podSelector"]),
        ):
            if not any(matches(selector(item), labels) for item in of_kind(manifests, kind)):
                found.append(f"{name_of(workload)} has no {kind}")
    return found


def _shards(manifests: list[Manifest]) -> list[str]:
    """As many projectors as shards, and as many shards as the publisher makes."""
    counts = {}
    for workload in workloads(manifests):
        for container in containers(workload):
            variables = environment(container)
            for name in ("NOETL_PROJECTOR_SHARD_COUNT", "NOETL_EVENT_NATS_SHARD_COUNT"):
                if name in variables:
                    counts[name] = variables[name]
            if "NOETL_PROJECTOR_SHARD_COUNT" in variables:
                counts[f"replicas of {name_of(workload)}"] = str(workload["spec"].get("replicas"))
    if len(set(counts.values())) > 1:
        return [f"shards: {', '.join(f'{name} is {value}' for name, value in counts.items())}"]
    return []


def _service(service: Manifest, manifests: list[Manifest]) -> list[str]:
    pods = selected({"matchLabels": service["spec"]["selector"]}, manifests)
    if not pods:
        return [f"{name_of(service)} selects no pods"]
    found = []
    for port in service["spec"]["ports"]:
        target = port.get("targetPort", port["port"])
        found += [
            f"{name_of(service)}: {name_of(pod)} has no port {target}"
            for pod in pods
            if target not in port_numbers(pod) and target not in port_numbers(pod).values()
        ]
    return found


def _network_policy(policy: Manifest, manifests: list[Manifest]) -> list[str]:
    pods = selected(policy["spec"]["podSelector"], manifests)
    if not pods:
        return [f"{name_of(policy)} selects no pods"]
    known = {value for pod in pods for name, number in port_numbers(pod).items() for value in (name, number)}
    return [
        f"{name_of(policy)}: no pod has the port {port['port']}"
        for rule in policy["spec"].get("ingress", [])
        for port in rule.get("ports", [])
        if port["port"] not in known
    ]
