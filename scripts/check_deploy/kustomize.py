"""Renders kustomizations as `kubectl kustomize` does, in the few features that k8s/ uses.

A field that is not known here is an error, so that a manifest cannot rely on one and be checked without it.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

KNOWN_FIELDS = {"apiVersion", "kind", "namespace", "resources", "components", "patches", "images", "configMapGenerator"}

# By which field the items of a list are told apart in a strategic merge patch. Lists of other objects are told apart by
# more than one field, or replaced; a JSON patch says which is meant.
MERGE_KEYS = {"containers": "name", "env": "name", "volumeMounts": "mountPath", "volumes": "name"}

# The kinds whose lists are merged; those of custom resources are replaced.
BUILT_IN_GROUPS = {"v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "policy/v1"}


class KustomizeError(Exception):
    """A kustomization that cannot be rendered."""


def load_all(text: str, name: str) -> list[Manifest]:
    """The documents of a YAML text, without empty ones."""
    try:
        return [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError as error:
        raise KustomizeError(f"{name}: {error}") from error


def render(folder: Path) -> list[Manifest]:
    """The manifests of the kustomization in a folder."""
    return _Kustomization(folder).build([])


def render_with(base: Path, component: Path, namespace: str) -> list[Manifest]:
    """The manifests of a base with one component."""
    manifests = _Kustomization(component).build(_Kustomization(base).build([]))
    _set_namespace(manifests, namespace)
    return manifests


def name_of(manifest: Manifest) -> str:
    """A manifest's kind and name, for messages."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


class _Kustomization:
    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        path = self.folder / "kustomization.yaml"
        if not path.is_file():
            raise KustomizeError(f"{folder} has no kustomization.yaml")
        documents = load_all(path.read_text(), str(path))
        if len(documents) != 1:
            raise KustomizeError(f"{path} is not one document")
        self.fields = documents[0]
        unknown = set(self.fields) - KNOWN_FIELDS
        if unknown:
            raise KustomizeError(f"{path}: {', '.join(sorted(unknown))}: not a field that this check knows")

    def build(self, manifests: list[Manifest]) -> list[Manifest]:
        """Adds this kustomization to what it is applied to: nothing, or for a component what was rendered so far."""
        manifests = list(manifests)
        for resource in self.fields.get("resources", []):
            path = self.folder / resource
            added = _Kustomization(path).build([]) if path.is_dir() else load_all(self._read(resource), str(path))
            manifests += added
        for component in self.fields.get("components", []):
            manifests = _Kustomization(self.folder / component).build(manifests)
        manifests += [self._config_map(generator) for generator in self.fields.get("configMapGenerator", [])]
        self._refuse_duplicates(manifests)
        for patch in self.fields.get("patches", []):
            manifests = self._patched(manifests, patch)
        if "namespace" in self.fields:
            _set_namespace(manifests, self.fields["namespace"])
        for image in self.fields.get("images", []):
            self._set_image(manifests, image)
        return manifests

    def _read(self, name: str) -> str:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder):
            raise KustomizeError(f"{name} is not below {self.folder}")
        try:
            return path.read_text()
        except OSError as error:
            raise KustomizeError(f"{path}: {error.strerror}") from error

    def _refuse_duplicates(self, manifests: list[Manifest]) -> None:
        names = [name_of(manifest) for manifest in manifests]
        for name in names:
            if names.count(name) > 1:
                raise KustomizeError(f"{self.folder}: {name} is there twice")

    def _config_map(self, generator: Manifest) -> Manifest:
        self._only(generator, {"name", "files", "options"}, "configMapGenerator")
        options = generator.get("options", {})
        self._only(options, {"disableNameSuffixHash", "labels"}, "configMapGenerator options")
        if options.get("disableNameSuffixHash") is not True:
            raise KustomizeError(f"{self.folder}: configMapGenerator without disableNameSuffixHash")
        metadata: Manifest = {"name": generator["name"]}
        if "labels" in options:
            metadata["labels"] = options["labels"]
        data = {Path(name).name: self._read(name) for name in generator["files"]}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}

    def _only(self, fields: Manifest, known: set[str], what: str) -> None:
        unknown = set(fields) - known
        if unknown:
            raise KustomizeError(f"{self.folder}: {what}: {', '.join(sorted(unknown))}: not a field that this check knows")

    def _patched(self, manifests: list[Manifest], entry: Manifest) -> list[Manifest]:
        self._only(entry, {"path", "patch", "target"}, "patches")
        text = self._read(entry["path"]) if "path" in entry else entry["patch"]
        documents = load_all(text, entry.get("path", "a patch"))
        if len(documents) != 1:
            raise KustomizeError(f"{self.folder}: a patch is not one document")
        patch = documents[0]
        target = entry.get("target")
        if target is None:
            if isinstance(patch, list):
                raise KustomizeError(f"{self.folder}: a JSON patch without a target")
            target = {"kind": patch["kind"], "name": re.escape(patch["metadata"]["name"])}
        self._only(target, {"kind", "name"}, "a patch's target")
        result, patched = [], 0
        for manifest in manifests:
            if not self._is_target(manifest, target):
                result.append(manifest)
                continue
            patched += 1
            changed = json_patch(manifest, patch) if isinstance(patch, list) else strategic_merge(manifest, patch)
            if changed is not None:
                result.append(changed)
        if patched == 0:
            raise KustomizeError(f"{self.folder}: nothing to patch is {target}")
        return result

    @staticmethod
    def _is_target(manifest: Manifest, target: Manifest) -> bool:
        if "kind" in target and re.fullmatch(target["kind"], manifest["kind"]) is None:
            return False
        return "name" not in target or re.fullmatch(target["name"], manifest["metadata"]["name"]) is not None

    def _set_image(self, manifests: list[Manifest], image: Manifest) -> None:
        self._only(image, {"name", "newName", "newTag"}, "images")
        for manifest in manifests:
            for container in containers(manifest):
                name, _, tag = container["image"].partition(":")
                if name == image["name"]:
                    tag = str(image.get("newTag", tag))
                    container["image"] = image.get("newName", name) + (f":{tag}" if tag else "")


def pod_template(manifest: Manifest) -> Manifest | None:
    """The pod template of a Deployment, StatefulSet, Job or CronJob."""
    if manifest["kind"] == "CronJob":
        return manifest["spec"]["jobTemplate"]["spec"]["template"]
    if manifest["kind"] in {"Deployment", "Job", "StatefulSet"}:
        return manifest["spec"]["template"]
    return None


def containers(manifest: Manifest) -> list[Manifest]:
    """The containers of a manifest's pods."""
    template = pod_template(manifest)
    return template["spec"]["containers"] if template else []


def _set_namespace(manifests: list[Manifest], namespace: str) -> None:
    for manifest in manifests:
        manifest["metadata"]["namespace"] = namespace


def strategic_merge(manifest: Manifest, patch: Manifest) -> Manifest | None:
    """Applies a strategic merge patch; None where it deletes the manifest."""
    if patch.get("$patch") == "delete":
        return None
    merge_keys = MERGE_KEYS if manifest["apiVersion"] in BUILT_IN_GROUPS else {}
    merged = _merge(manifest, patch, merge_keys)
    # A patch with a target need not name what it patches.
    merged["kind"], merged["metadata"]["name"] = manifest["kind"], manifest["metadata"]["name"]
    return merged


def _merge(value: Manifest, patch: Manifest, merge_keys: dict[str, str]) -> Manifest:
    merged = copy.deepcopy(value)
    for field, change in patch.items():
        if change is None:
            merged.pop(field, None)
        elif isinstance(change, dict) and isinstance(merged.get(field), dict):
            merged[field] = _merge(merged[field], change, merge_keys)
        elif merge_keys and isinstance(change, list) and any(isinstance(item, dict) for item in change):
            if field not in merge_keys:
                raise KustomizeError(f"a patch of {field}: a list that this check cannot merge; use a JSON patch")
            merged[field] = _merge_list(merged.get(field, []), change, merge_keys[field], merge_keys)
        else:
            merged[field] = copy.deepcopy(change)
    return merged


def _merge_list(values: list, patches: list, key: str, merge_keys: dict[str, str]) -> list:
    old = {value[key]: value for value in values}
    # What is patched comes first, as kustomize has it.
    merged = []
    for patch in patches:
        value = old.pop(patch[key], None)
        if patch.get("$patch") != "delete":
            merged.append(copy.deepcopy(patch) if value is None else _merge(value, patch, merge_keys))
    return merged + copy.deepcopy(list(old.values()))


def json_patch(manifest: Manifest, operations: list[Manifest]) -> Manifest:
    """Applies a JSON patch (RFC 6902) of the operations add, remove and replace."""
    result = copy.deepcopy(manifest)
    for operation in operations:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        value: Any = result
        try:
            for part in parents:
                value = value[int(part)] if isinstance(value, list) else value[part]
            _apply(value, last, operation)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise KustomizeError(f"{name_of(manifest)}: cannot {operation['op']} {operation['path']}") from error
    return result


def _apply(value: Any, last: str, operation: Manifest) -> None:
    match operation["op"]:
        case "add" if isinstance(value, list):
            value.insert(len(value) if last == "-" else int(last), operation["value"])
        case "add":
            value[last] = operation["value"]
        case "replace" if isinstance(value, list):
            value[int(last)] = operation["value"]
        case "replace":
            value[last]  # pylint: disable=pointless-statement
            value[last] = operation["value"]
        case "remove" if isinstance(value, list):
            del value[int(last)]
        case "remove":
            del value[last]
        case other:
            raise KustomizeError(f"{other}: not a JSON patch operation that this check knows")
