#!/usr/bin/env bash
#
# Checks Dockerfile, compose.yaml and k8s/ without Docker and without a cluster: all that is rendered against the code and
# against schemas, the alerts by promtool, the Dockerfile and YAML by linters. The tools are kept in .build/check-deploy.

set -euo pipefail
cd "$(dirname "$0")/.."

readonly TOOLS=$PWD/.build/check-deploy
readonly REQUIREMENTS=scripts/check_deploy/requirements.txt

export PYTHONPATH=$PWD/scripts PYTHONDONTWRITEBYTECODE=1

as_root() {
    if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

install_python_tools() {
    # The list is copied last, so that an installation that was broken off is begun again.
    cmp --silent "$REQUIREMENTS" "$TOOLS/requirements.txt" && return
    rm -rf "$TOOLS/python"
    python3 -m venv "$TOOLS/python"
    "$TOOLS/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$REQUIREMENTS"
    cp "$REQUIREMENTS" "$TOOLS/requirements.txt"
}

# Debian's promtool comes with Prometheus itself. The package is unpacked, not installed: that would start a server.
install_promtool() {
    [[ -x $TOOLS/promtool ]] && return
    (
        cd "$TOOLS"
        rm -rf prometheus*
        # Without package lists nothing is found.
        apt-get download --quiet=2 prometheus 2>/dev/null || {
            as_root apt-get update --quiet=2
            apt-get download --quiet=2 prometheus
        }
        dpkg-deb --extract prometheus_*.deb prometheus
        mv prometheus/usr/bin/promtool .
        rm -rf prometheus*
    )
}

main() {
    mkdir -p "$TOOLS"
    install_python_tools
    install_promtool

    "$TOOLS/python/bin/hadolint" Dockerfile
    "$TOOLS/python/bin/yamllint" --strict compose.yaml compose k8s scripts/check_deploy .yamllint
    "$TOOLS/python/bin/python" -m check_deploy --write "$TOOLS"
    "$TOOLS/python/bin/python" -m unittest discover --start-directory scripts --pattern 'test_*.py'
    "$TOOLS/promtool" check rules "$TOOLS/alerts.yaml" "$TOOLS/dashboard.yaml"
    cp scripts/check_deploy/tests/alerts_test.yaml "$TOOLS/"
    "$TOOLS/promtool" test rules "$TOOLS/alerts_test.yaml"
}

main
