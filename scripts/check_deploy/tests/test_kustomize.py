"""Tests of the renderer."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from .. import kustomize
from ..kustomize import KustomizeError

ROOT = Path(__file__).resolve().parents[3]

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: a
          image: a
          args: [one, two]
          env:
            - name: X
              value: "1"
            - name: Y
              value: "2"
"""


class KustomizeTests(unittest.TestCase):
    """What each feature does to one Deployment."""

    def render(self, fields: str, **files: str) -> list:
        """Renders a kustomization of DEPLOYMENT with more fields."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "a.yaml").write_text(DEPLOYMENT)
            for file, text in files.items():
                (folder / file).write_text(text)
            (folder / "kustomization.yaml").write_text("kind: Kustomization\nresources: [a.yaml]\n" + fields)
            return kustomize.render(folder)

    def container(self, fields: str) -> dict:
        """The one container."""
        return kustomize.containers(self.render(fields)[0])[0]

    def patched(self, patch: str) -> dict:
        """The one container after a patch of its fields."""
        body = f"{{kind: Deployment, metadata: {{name: a}}, spec: {{template: {{spec: {{containers: [{patch}]}}}}}}}}"
        return self.container(f"patches: [{{patch: '{body}'}}]")

    def test_variables_are_merged_by_name_and_the_patched_come_first(self):
        container = self.patched('{name: a, env: [{name: Y, value: "3"}, {name: Z, value: "4"}]}')
        self.assertEqual([(item["name"], item["value"]) for item in container["env"]], [("Y", "3"), ("Z", "4"), ("X", "1")])

    def test_a_variable_can_be_deleted(self):
        container = self.patched("{name: a, env: [{name: X, $patch: delete}]}")
        self.assertEqual([item["name"] for item in container["env"]], ["Y"])

    def test_lists_of_words_are_replaced_and_null_removes(self):
        container = self.patched("{name: a, args: [three], env: null}")
        self.assertEqual((container["args"], container.get("env")), (["three"], None))

    def test_a_list_that_cannot_be_merged_is_refused(self):
        with self.assertRaisesRegex(KustomizeError, "ports: a list that this check cannot merge"):
            self.patched("{name: a, ports: [{containerPort: 1}]}")

    def test_a_patch_deletes_a_manifest(self):
        self.assertEqual(self.render("patches: [{patch: '{kind: Deployment, metadata: {name: a}, $patch: delete}'}]"), [])

    def test_a_json_patch_adds_replaces_and_removes(self):
        patch = "\n".join((
            "patches:",
            "  - target: {kind: Deployment, name: a|b}",
            "    patch: |-",
            "      - {op: remove, path: /spec/replicas}",
            "      - {op: replace, path: /spec/template/spec/containers/0/image, value: b}",
            "      - {op: add, path: /metadata/annotations, value: {}}",
            '      - {op: add, path: /metadata/annotations/x~1y, value: "1"}',
        ))
        manifest = self.render(patch)[0]
        self.assertNotIn("replicas", manifest["spec"])
        self.assertEqual(kustomize.containers(manifest)[0]["image"], "b")
        self.assertEqual(manifest["metadata"]["annotations"], {"x/y": "1"})

    def test_what_is_not_there_cannot_be_removed_or_patched(self):
        with self.assertRaisesRegex(KustomizeError, "cannot remove /spec/nothing"):
            self.render("patches: [{target: {name: a}, patch: '[{op: remove, path: /spec/nothing}]'}]")
        with self.assertRaisesRegex(KustomizeError, "nothing to patch"):
            self.render("patches: [{target: {name: b}, patch: '[{op: remove, path: /spec/replicas}]'}]")

    def test_an_image_gets_a_name_and_a_tag(self):
        self.assertEqual(self.container("images: [{name: a, newName: x/a, newTag: 1.0}]")["image"], "x/a:1.0")

    def test_a_namespace_is_set_everywhere(self):
        self.assertEqual(self.render("namespace: n")[0]["metadata"]["namespace"], "n")

    def test_a_field_that_is_not_known_is_refused(self):
        with self.assertRaisesRegex(KustomizeError, "patchs: not a field"):
            self.render("patchs: []")

    def test_a_name_twice_is_refused(self):
        with self.assertRaisesRegex(KustomizeError, "Deployment a is there twice"):
            self.render("", **{"b.yaml": DEPLOYMENT, "a.yaml": DEPLOYMENT + "---" + DEPLOYMENT})

    @unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed")
    def test_what_is_rendered_is_what_kubectl_renders(self):
        def by_name(manifests):
            return {kustomize.name_of(manifest): manifest for manifest in manifests}

        for folder in [ROOT / "k8s/base", *(ROOT / "k8s/overlays").iterdir()]:
            command = ["kubectl", "kustomize", str(folder)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            self.assertEqual(by_name(kustomize.render(folder)), by_name(yaml.safe_load_all(answer)), folder.name)


if __name__ == "__main__":
    unittest.main()
