"""Validates manifests: built-in kinds by the schemas of Kubernetes' releases, others by those of schemas/."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import jsonschema
import kubernetes_validate

from .kustomize import Manifest, name_of

# The oldest release in which all that is used is switched on (a preStop that sleeps), and the newest one known.
VERSIONS = ("1.30", "1.37")

# The groups whose kinds are not of Kubernetes itself.
CUSTOM_GROUPS = ("keda.sh/", "monitoring.coreos.com/")

SCHEMAS = Path(__file__).parent / "schemas"


def complaints(manifest: Manifest) -> list[str]:
    """What is wrong with the shape of a manifest."""
    # A manifest is the same in many renderings, and reading the schemas takes its time.
    return list(_complaints(json.dumps(manifest)))


@lru_cache(maxsize=None)
def _complaints(text: str) -> tuple[str, ...]:
    manifest = json.loads(text)
    if manifest["apiVersion"].startswith(CUSTOM_GROUPS):
        return tuple(_custom(manifest))
    found = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            where = "/".join(str(part) for part in error.path)
            found.append(f"{name_of(manifest)}: {where}: {error.message} (Kubernetes {version})")
        except kubernetes_validate.SchemaNotFoundError as error:
            found.append(f"{name_of(manifest)}: {error.message}")
    return tuple(found)


def _custom(manifest: Manifest) -> list[str]:
    path = SCHEMAS / f"{manifest['kind'].lower()}.json"
    if not path.is_file():
        return [f"{name_of(manifest)}: there is no {path.name} to check it by"]
    validator = jsonschema.Draft202012Validator(json.loads(path.read_text()))
    return [
        f"{name_of(manifest)}: {error.json_path.removeprefix('$.')}: {error.message}"
        for error in validator.iter_errors(manifest)
    ]
