"""Holds KEDA's objects against the code and against what they scale."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from .facts import Facts
from .kustomize import Manifest, containers, name_of
from .objects import of_kind, selected
from .workloads import environment, program_of


def complaints(manifests: list[Manifest], facts: Facts) -> list[str]:
    """What is wrong with ScaledObjects and TriggerAuthentications."""
    found = []
    for authentication in of_kind(manifests, "TriggerAuthentication"):
        found += [
            f"{name_of(authentication)}: docs/deployment.md knows no key {item['key']} of {item['name']}"
            for item in authentication["spec"]["secretTargetRef"]
            if (item["name"], item["key"]) not in facts.secrets
        ]
    for scaled in of_kind(manifests, "ScaledObject"):
        found += [f"{name_of(scaled)}: {complaint}" for complaint in _scaled_object(scaled, manifests, facts)]
    return found


def _scaled_object(scaled: Manifest, manifests: list[Manifest], facts: Facts) -> list[str]:
    spec = scaled["spec"]
    target = spec["scaleTargetRef"]
    targets = [
        item
        for item in of_kind(manifests, target.get("kind", "Deployment"))
        if item["metadata"]["name"] == target["name"]
    ]
    if not targets:
        return [f"there is no {target.get('kind', 'Deployment')} {target['name']}"]
    found = []
    if "replicas" in targets[0]["spec"]:
        found.append("what it scales has replicas of its own, which applying the manifests would reset")
    if spec.get("minReplicaCount", 0) > spec.get("maxReplicaCount", 100):
        found.append("minReplicaCount is above maxReplicaCount")
    authentications = [item["metadata"]["name"] for item in of_kind(manifests, "TriggerAuthentication")]
    for trigger in spec["triggers"]:
        name = trigger.get("authenticationRef", {}).get("name")
        if name is not None and name not in authentications:
            found.append(f"there is no TriggerAuthentication {name}")
        if trigger["type"] == "metrics-api":
            found += _metrics_api(trigger["metadata"], targets[0], manifests, facts)
        elif trigger["type"] == "nats-jetstream":
            found += _nats_jetstream(trigger["metadata"], targets[0], facts)
        elif trigger["type"] == "external-push":
            found += _external_push(trigger["metadata"], targets[0], manifests, facts)
    return found


def _metrics_api(metadata: dict[str, str], target: Manifest, manifests: list[Manifest], facts: Facts) -> list[str]:
    url = urlsplit(metadata["url"])
    pods, found = _address(url, target, manifests)
    for pod in pods:
        program = program_of(containers(pod)[0])
        if url.path not in facts.served_paths(program):
            found.append(f"{program} does not serve {url.path}")
    if metadata["valueLocation"] not in facts.answer_fields:
        found.append(f"no answer of /api/internal has a field {metadata['valueLocation']}")
    return found


def _external_push(metadata: dict[str, str], target: Manifest, manifests: list[Manifest], facts: Facts) -> list[str]:
    _, found = _address(urlsplit("//" + metadata["scalerAddress"]), target, manifests)
    # What is KEDA's own among the metadata.
    known = facts.scaler_keys | {"scalerAddress", "enableTLS", "unsafeSsl"}
    return found + [f"the external scaler knows no {key}" for key in sorted(set(metadata) - known)]


def _address(url: SplitResult, target: Manifest, manifests: list[Manifest]) -> tuple[list[Manifest], list[str]]:
    """The workloads behind an address that KEDA asks, and what is wrong with it."""
    name, _, rest = (url.hostname or "").partition(".")
    services = [
        item
        for item in of_kind(manifests, "Service")
        if item["metadata"]["name"] == name and rest == f"{item['metadata']['namespace']}.svc.cluster.local"
    ]
    if not services:
        return [], [f"{url.hostname} is no Service of these manifests"]
    found = []
    if url.port not in [port["port"] for port in services[0]["spec"]["ports"]]:
        found.append(f"{url.hostname} has no port {url.port}")
    pods = selected({"matchLabels": services[0]["spec"]["selector"]}, manifests)
    if target in pods:
        found.append("the endpoint is served by the pods that it scales: at zero nobody would answer")
    return pods, found


def _nats_jetstream(metadata: dict[str, str], target: Manifest, facts: Facts) -> list[str]:
    container = containers(target)[0]
    found = []
    for field, setting in (("stream", "NOETL_PROJECTOR_NATS_STREAM"), ("consumer", "NOETL_PROJECTOR_NATS_CONSUMER")):
        value = facts.value(program_of(container), setting, environment(container))
        if metadata[field] != value:
            found.append(f"{field} is {metadata[field]}, and {setting} is {value}")
    return found
