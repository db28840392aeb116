"""Tests that the check finds what is wrong: each breaks one thing in a copy of the checkout."""

import shutil
import tempfile
import unittest
from pathlib import Path

from ..__main__ import complaints

ROOT = Path(__file__).resolve().parents[3]

COPIED = ("compose", "compose.yaml", "Dockerfile", "docs", "k8s")
LINKED = ("Package.swift", "Sources")

BASE = "k8s/base"
KEDA = "k8s/components/keda"
PUSH = "k8s/components/keda-push"
MONITORING = "k8s/components/monitoring"


class CheckTests(unittest.TestCase):
    """A checkout with one mistake, and what is said of it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, self.root / name)
        for name in LINKED:
            (self.root / name).symlink_to(ROOT / name)

    def expect(self, sentence: str, path: str, old: str, new: str) -> None:
        """Replaces text in a file, and expects a complaint with a sentence in it."""
        file = self.root / path
        text = file.read_text()
        self.assertIn(old, text, f"{path} has changed; this test must follow")
        file.write_text(text.replace(old, new))
        found = complaints(self.root)
        self.assertTrue(any(sentence in complaint for complaint in found), found)

    def test_nothing_is_wrong_with_the_checkout_itself(self):
        self.assertEqual(complaints(self.root), [])

    def test_a_misspelt_variable(self):
        self.expect(
            "k8s/overlays/dev: Deployment projector: LOG_FORMATT: no setting of projector",
            f"{BASE}/projector.yaml", "name: LOG_FORMAT", "name: LOG_FORMATT",
        )

    def test_a_misspelt_variable_in_an_overlay(self):
        self.expect(
            "NOETL_EVENT_NATS_REPLICA: no setting of outbox-publisher",
            "k8s/overlays/production/outbox-publisher.yaml", "NOETL_EVENT_NATS_REPLICAS", "NOETL_EVENT_NATS_REPLICA",
        )

    def test_a_variable_of_another_program(self):
        self.expect(
            "NOETL_INTERNAL_API_HOST: no setting of projector",
            f"{BASE}/projector.yaml", "name: LOG_FORMAT", "name: NOETL_INTERNAL_API_HOST",
        )

    def test_a_variable_that_the_migration_does_not_read(self):
        self.expect("NATS_URL: no setting of relayctl", f"{BASE}/relayctl.yaml", "- name: DATABASE_URL", "- name: NATS_URL")

    def test_a_value_that_would_be_refused(self):
        self.expect(
            "NOETL_EVENT_NATS_REPLICAS is '7'; it must be a whole number from 1 to 5",
            "k8s/overlays/production/outbox-publisher.yaml", 'value: "3"', 'value: "7"',
        )
        self.expect("LOG_FORMAT is 'jsn'", f"{BASE}/projector.yaml", 'value: "json"', 'value: "jsn"')

    def test_a_secret_as_a_value(self):
        self.expect(
            "DATABASE_URL is secret and does not come from a Secret",
            f"{BASE}/projector.yaml",
            "valueFrom:\n                secretKeyRef:\n                  name: noetl-relay\n                  key: DATABASE_URL",
            "value: postgresql://noetl:noetl@postgres/noetl",
        )

    def test_a_key_that_the_secret_has_not(self):
        self.expect(
            "DATABASE_URL: docs/deployment.md knows no key DATABASE_URI of noetl-relay",
            f"{BASE}/projector.yaml", "key: DATABASE_URL", "key: DATABASE_URI",
        )
        self.expect(
            "TriggerAuthentication internal-api: docs/deployment.md knows no key tokn",
            f"{KEDA}/outbox-publisher.yaml", "key: token", "key: tokn",
        )

    def test_a_file_that_is_not_mounted(self):
        self.expect(
            "mounted without tokens",
            f"{BASE}/internal-api.yaml", "/etc/noetl-relay/internal-api/token", "/etc/noetl-relay/internal-api/tokens",
        )

    def test_a_port_where_nobody_listens(self):
        self.expect(
            "port metrics: projector does not listen on 9103, but on [9102]",
            f"{BASE}/projector.yaml", "containerPort: 9102", "containerPort: 9103",
        )
        self.expect("Service internal-api: Deployment internal-api has no port htp",
                    f"{BASE}/internal-api.yaml", "targetPort: http", "targetPort: htp")

    def test_an_address_that_nobody_reaches(self):
        self.expect(
            "internal-api listens on 127.0.0.1, which nobody reaches",
            f"{BASE}/internal-api.yaml", 'value: "0.0.0.0"', 'value: "127.0.0.1"',
        )

        self.expect(
            "internal-api listens on no address, which nobody reaches",
            f"{PUSH}/kustomization.yaml", "  - path: internal-api.yaml\n", "",
        )

    def test_a_path_that_is_not_served(self):
        self.expect("projector does not serve /ready", f"{BASE}/projector.yaml", "path: /readyz", "path: /ready")
        self.expect("does not serve /api/internal/outbox/pending",
                    f"{KEDA}/outbox-publisher.yaml", "/pending-count", "/pending")

    def test_a_stop_that_would_be_cut_short(self):
        self.expect(
            "terminationGracePeriodSeconds is not above the 35 s",
            f"{BASE}/internal-api.yaml", "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 35",
        )

    def test_what_is_asked_of_every_pod(self):
        self.expect("the container's securityContext is not restricted",
                    f"{BASE}/relayctl.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
        self.expect("enableServiceLinks is not False",
                    f"{BASE}/projector.yaml", "enableServiceLinks: false", "enableServiceLinks: true")
        self.expect("are not the image's 65532:65532", f"{BASE}/projector.yaml", "runAsUser: 65532", "runAsUser: 1000")

    def test_a_field_that_kubernetes_does_not_know(self):
        self.expect("(Kubernetes 1.30)", f"{BASE}/projector.yaml", "maxSurge: 1", "maxSurg: 1")

    def test_a_program_that_is_not_ours(self):
        self.expect("'projectr': not one of our programs", f"{BASE}/projector.yaml", "- projector\n", "- projectr\n")

    def test_numbers_where_keda_wants_text(self):
        self.expect("20000 is not of type 'string'", f"{KEDA}/projector.yaml", '"20000"', "20000")

    def test_a_field_that_keda_does_not_know(self):
        self.expect("'lagTreshold' was unexpected", f"{KEDA}/projector.yaml", "lagThreshold:", "lagTreshold:")

    def test_a_consumer_that_the_projector_does_not_have(self):
        self.expect(
            "consumer is noetl_projector, and NOETL_PROJECTOR_NATS_CONSUMER is noetl-projector",
            f"{KEDA}/projector.yaml", "consumer: noetl-projector", "consumer: noetl_projector",
        )

    def test_a_field_that_the_answer_has_not(self):
        self.expect("has a field pendng", f"{KEDA}/outbox-publisher.yaml", "valueLocation: pending", "valueLocation: pendng")

    def test_an_external_scaler_that_is_not_there(self):
        self.expect("internal-api.noetl.svc.cluster.local has no port 8087",
                    f"{PUSH}/kustomization.yaml", "svc.cluster.local:8086", "svc.cluster.local:8087")
        self.expect("NOETL_INTERNAL_API_SCALER_HOTS: no setting of internal-api",
                    f"{PUSH}/internal-api.yaml", "SCALER_HOST", "SCALER_HOTS")

    def test_metadata_that_the_external_scaler_does_not_read(self):
        self.expect("the external scaler knows no targetPendng", f"{PUSH}/kustomization.yaml", " targetPending:", " targetPendng:")
        self.expect("20000 is not of type 'string'", f"{PUSH}/kustomization.yaml", '"20000"', "20000")

    def test_an_endpoint_in_another_namespace(self):
        self.expect("internal-api.noetl.svc.cluster.local is no Service",
                    "k8s/overlays/production/kustomization.yaml", "namespace: noetl", "namespace: other")

    def test_an_endpoint_served_by_what_it_scales(self):
        self.expect("at zero nobody would answer", f"{KEDA}/outbox-publisher.yaml",
                    "scaleTargetRef:\n    name: outbox-publisher", "scaleTargetRef:\n    name: internal-api")

    def test_replicas_that_fight_with_keda(self):
        self.expect("has replicas of its own", f"{KEDA}/kustomization.yaml", "outbox-publisher|projector", "outbox-publisher")

    def test_a_metric_that_nobody_serves(self):
        self.expect("noetl_outbox_parkd_total: no service serves it",
                    f"{MONITORING}/alerts.yaml", "noetl_outbox_parked_total", "noetl_outbox_parkd_total")
        self.expect("noetl_outbox_batch_row_sum: no service serves it",
                    f"{MONITORING}/noetl-relay.json", "noetl_outbox_batch_rows_sum", "noetl_outbox_batch_row_sum")

    def test_a_label_that_a_metric_has_not(self):
        self.expect("has the label consumer", f"{MONITORING}/alerts.yaml",
                    "(namespace, stream) (increase", "(namespace, consumer) (increase")

    def test_a_port_that_prometheus_does_not_find(self):
        self.expect("no pod has a port named metric", f"{MONITORING}/pod-monitor.yaml", "port: metrics", "port: metric")

    def test_shards_that_nobody_projects(self):
        self.expect("shards: NOETL_EVENT_NATS_SHARD_COUNT is 4, NOETL_PROJECTOR_SHARD_COUNT is 4, replicas of StatefulSet projector is 3",
                    "k8s/components/sharded/projector.yaml", "replicas: 4", "replicas: 3")

    def test_an_image_of_another_version(self):
        self.expect("noetl-relay:0.0.9 is not version", "k8s/overlays/production/kustomization.yaml", "newTag: 0.1.0", "newTag: 0.0.9")
        self.expect("Dockerfile: VERSION is not", "Dockerfile", "ARG VERSION=", "ARG VERSION=9")

    def test_compose(self):
        self.expect("compose.yaml: projector: NATS_UR: no setting", "compose.yaml", "NATS_URL:", "NATS_UR:")
        self.expect("compose.yaml: Prometheus asks projector:9103", "compose/prometheus.yaml", "projector:9102", "projector:9103")
        self.expect("mounts ./compose/grafana/nothing.yaml", "compose.yaml", "grafana/datasources.yaml:", "grafana/nothing.yaml:")


if __name__ == "__main__":
    unittest.main()
