"""Holds pods against the code: programs, settings, ports, paths, Secrets and what is asked of every pod."""

from __future__ import annotations

from .facts import Facts
from .kustomize import Manifest, containers, name_of, pod_template

# A service's stop takes this many seconds at most.
STOP_SECONDS = 30


def environment(container: Manifest) -> dict[str, str]:
    """The variables of a container whose values stand in the manifest."""
    return {variable["name"]: variable["value"] for variable in container.get("env", []) if "value" in variable}


def program_of(container: Manifest) -> str:
    """The program that a container runs."""
    return container.get("command", [""])[0]


def complaints(manifest: Manifest, facts: Facts, image: dict[str, str]) -> list[str]:
    """What is wrong with a workload's pods, all of which run programs of ours.

    `image` is what the Dockerfile says: its user.
    """
    template = pod_template(manifest)
    if template is None:
        return []
    pod = template["spec"]
    found = _pod_complaints(pod, image)
    if manifest["kind"] in {"Deployment", "StatefulSet"}:
        found += _service_complaints(pod, template["metadata"]["labels"])
    for container in containers(manifest):
        program = program_of(container)
        found += _container_complaints(container, manifest["kind"] in {"Deployment", "StatefulSet"})
        found += environment_complaints(container, program, facts, pod)
        found += _port_complaints(container, program, facts)
    return [f"{name_of(manifest)}: {complaint}" for complaint in found]


def _pod_complaints(pod: Manifest, image: dict[str, str]) -> list[str]:
    found = []
    expected = {
        "automountServiceAccountToken": False,
        # Else a Service named postgres sets POSTGRES_PORT, which is a setting.
        "enableServiceLinks": False,
    }
    found += [f"{field} is not {value}" for field, value in expected.items() if pod.get(field) is not value]
    if "serviceAccountName" not in pod:
        found.append("no serviceAccountName")
    security = pod.get("securityContext", {})
    if security.get("runAsNonRoot") is not True or security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.append("the pod's securityContext is not restricted")
    if f"{security.get('runAsUser')}:{security.get('runAsGroup')}" != image["user"]:
        found.append(f"runAsUser and runAsGroup are not the image's {image['user']}")
    return found


def _service_complaints(pod: Manifest, labels: dict[str, str]) -> list[str]:
    found = []
    pre_stop = max(
        container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for container in pod["containers"]
    )
    if pod.get("terminationGracePeriodSeconds", 30) <= STOP_SECONDS + pre_stop:
        found.append(f"terminationGracePeriodSeconds is not above the {STOP_SECONDS + pre_stop} s that a stop can take")
    spread = pod.get("topologySpreadConstraints", [])
    if not spread or any(not labels.items() >= item["labelSelector"]["matchLabels"].items() for item in spread):
        found.append("no topologySpreadConstraints over its own pods")
    return found


def _container_complaints(container: Manifest, serves: bool) -> list[str]:
    found = []
    security = container.get("securityContext", {})
    if (
        security.get("allowPrivilegeEscalation") is not False
        or security.get("readOnlyRootFilesystem") is not True
        or security.get("capabilities") != {"drop": ["ALL"]}
    ):
        found.append("the container's securityContext is not restricted")
    resources = container.get("resources", {})
    if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
        found.append("no resources: requests of cpu and memory, and a limit of memory")
    if serves:
        for probe, path in (("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            if container.get(probe, {}).get("httpGet", {}).get("path") != path:
                found.append(f"{probe} does not ask {path}")
    return found


def environment_complaints(container: Manifest, program: str, facts: Facts, pod: Manifest) -> list[str]:
    """What is wrong with a container's variables."""
    found = []
    if "envFrom" in container:
        found.append("envFrom: what it sets cannot be checked")
    names = [variable["name"] for variable in container.get("env", [])]
    found += [f"{name} is set twice" for name in sorted(set(names)) if names.count(name) > 1]
    for variable in container.get("env", []):
        name = variable["name"]
        setting = facts.settings[program].get(name)
        if setting is None:
            found.append(f"{name}: no setting of {program}, see docs/settings.md")
            continue
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference is not None:
            if name not in facts.secrets.get((reference["name"], reference["key"]), set()):
                found.append(f"{name}: docs/deployment.md knows no key {reference['key']} of {reference['name']} for it")
        elif setting.is_secret:
            found.append(f"{name} is secret and does not come from a Secret")
        elif "value" in variable:
            if complaint := setting.complaint(variable["value"]):
                found.append(complaint)
            elif setting.is_file:
                found += _file_complaints(name, variable["value"], container, pod, facts)
    return found


def _file_complaints(name: str, path: str, container: Manifest, pod: Manifest, facts: Facts) -> list[str]:
    folder, _, file = path.rpartition("/")
    mounts = [mount for mount in container.get("volumeMounts", []) if mount["mountPath"] == folder]
    volumes = [volume for volume in pod.get("volumes", []) if mounts and volume["name"] == mounts[0]["name"]]
    if not volumes or "secret" not in volumes[0]:
        return [f"{name} is {path}, and no Secret is mounted at {folder}"]
    secret = volumes[0]["secret"]
    keys = [item["key"] for item in secret.get("items", []) if item["path"] == file]
    if not keys:
        return [f"{name} is {path}, and the Secret {secret['secretName']} is mounted without {file}"]
    if name not in facts.secrets.get((secret["secretName"], keys[0]), set()):
        return [f"{name}: docs/deployment.md knows no key {keys[0]} of {secret['secretName']} for it"]
    return []


def _port_complaints(container: Manifest, program: str, facts: Facts) -> list[str]:
    found = []
    listening = facts.ports(program, environment(container))
    ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
    for name, port in ports.items():
        if port not in listening:
            found.append(f"port {name}: {program} does not listen on {port}, but on {sorted(listening)}")
        elif listening[port] != "0.0.0.0":
            found.append(f"port {name}: {program} listens on {listening[port] or 'no address'}, which nobody reaches")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        get = container.get(probe, {}).get("httpGet")
        if get is None:
            continue
        if get["port"] not in ports:
            found.append(f"{probe}: there is no port named {get['port']}")
        if get["path"] not in facts.served_paths(program):
            found.append(f"{probe}: {program} does not serve {get['path']}")
    return found
