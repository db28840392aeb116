#!/usr/bin/env bash
#
# Installs what noetl-relay needs beside Swift on Debian and Ubuntu: the client libraries of PostgreSQL and NATS to
# build with, and their servers for tests, demo and benchmarks. Does nothing where all of it is there already.

set -euo pipefail

readonly SWIFT_VERSION=6.2
PACKAGES=(libpq-dev libnats-dev postgresql nats-server pkg-config make)
# What the tests need more.
readonly TEST_PACKAGES=(pgbouncer openssl)
# What scripts/check-deploy.sh needs more.
readonly DEPLOY_PACKAGES=(python3-venv)
# Those of the packages that systemd would start.
readonly SERVICES=(nats-server pgbouncer)

# Read by the package postgresql-common; removed again when this script ends.
readonly NO_CLUSTER=/etc/postgresql-common/createcluster.d/noetl-relay.conf

usage() {
    cat <<'END'
Usage: scripts/install-dependencies.sh [--check] [--test] [--deploy]

Installs the Debian packages that are missing, through sudo unless run by root.

  --check   install nothing; name what is missing and exit with status 1 if anything is
  --test    install what the tests need, too
  --deploy  install what the checks of Dockerfile and manifests need, too
  --help    show this text
END
}

fail() {
    echo "install-dependencies: $1" >&2
    exit 1
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# The packages to install; filled in by main.
missing=()

# Prints the names of the missing packages, one a line.
missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        is_installed "$package" || echo "$package"
    done
    # SwiftPM fetches the dependencies over HTTPS; other ways of having certificates are as good as Debian's.
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || is_installed ca-certificates || echo ca-certificates
}

# Prints what is wrong with Swift; prints nothing if it is there and recent enough.
swift_complaint() {
    local version
    if ! command -v swift >/dev/null; then
        echo "swift was not found; install Swift $SWIFT_VERSION or later from https://www.swift.org/install"
        return
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1) || true
    if ! printf '%s\n' "$SWIFT_VERSION" "${version:-0}" | sort --version-sort --check=quiet; then
        echo "swift is version ${version:-unknown}; install Swift $SWIFT_VERSION or later from https://www.swift.org/install"
    fi
}

is_missing() {
    [[ " ${missing[*]} " == *" $1 "* ]]
}

# Runs a command of systemctl for each service that is about to be installed.
for_new_services() {
    local service
    [[ -d /run/systemd/system ]] || return 0
    for service in "${SERVICES[@]}"; do
        ! is_missing "$service" || as_root systemctl "$@" --quiet "$service.service"
    done
}

# Undoes forbid_services, however the script ends.
restore_services() {
    if is_missing postgresql; then
        as_root rm -f "$NO_CLUSTER"
        as_root rmdir --ignore-fail-on-non-empty "${NO_CLUSTER%/*}" || true
    fi
    for_new_services unmask --runtime || true
}

# Debian starts the servers it installs, such as PostgreSQL on 5432 and NATS on 4222. None is wanted: tests, demo and
# benchmarks start their own. Only packages that are about to be installed are affected. A policy-rc.d would do the
# same for all, but also for the services of every other package that apt happens to install or upgrade meanwhile.
forbid_services() {
    trap restore_services EXIT
    if is_missing postgresql; then
        # A drop-in rather than createcluster.conf itself, which the package would then take for edited by hand.
        as_root mkdir -p "${NO_CLUSTER%/*}"
        echo 'create_main_cluster = false' | as_root tee "$NO_CLUSTER" >/dev/null
    fi
    for_new_services mask --runtime
}

install_packages() {
    if [[ $(id -u) -ne 0 ]] && ! command -v sudo >/dev/null; then
        fail "installing ${missing[*]} takes root; run this script as root or install sudo."
    fi
    forbid_services
    as_root apt-get update --quiet
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
    for_new_services disable
}

main() {
    local check=false option complaint

    for option in "$@"; do
        case $option in
        --check) check=true ;;
        --test) PACKAGES+=("${TEST_PACKAGES[@]}") ;;
        --deploy) PACKAGES+=("${DEPLOY_PACKAGES[@]}") ;;
        --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
        esac
    done

    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "this is not Debian or Ubuntu (no apt-get); install these by other means: ${PACKAGES[*]}."
    fi

    mapfile -t missing < <(missing_packages)
    complaint=$(swift_complaint)

    if [[ $check == true ]]; then
        [[ ${#missing[@]} -eq 0 ]] || echo "install-dependencies: missing packages: ${missing[*]}" >&2
        [[ -z $complaint ]] || echo "install-dependencies: $complaint" >&2
        [[ ${#missing[@]} -eq 0 && -z $complaint ]]
        return
    fi

    [[ ${#missing[@]} -eq 0 ]] || install_packages
    # Last, so that what can be installed is, whatever the order in which things are set up.
    [[ -z $complaint ]] || fail "$complaint."
}

main "$@"
