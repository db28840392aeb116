# syntax=docker/dockerfile:1

# One image with internal-api, outbox-publisher, projector and relayctl; the container's command says which one runs.

FROM swift:6.3-bookworm AS build

# The release is what pins these packages; within it, the newest is wanted.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libnats-dev libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /src
COPY Package.swift ./
RUN swift package resolve

COPY . .
RUN mkdir -p /out/bin \
    && for program in internal-api outbox-publisher projector relayctl; do \
        swift build -c release --static-swift-stdlib --product "$program" \
            && strip --strip-debug --output-file="/out/bin/$program" ".build/release/$program" || exit 1; \
    done \
    && cp /usr/libexec/swift/linux/swift-backtrace-static /out/swift-backtrace

FROM debian:bookworm-slim

ARG VERSION=0.1.0
ARG REVISION=unknown

LABEL org.opencontainers.image.title="noetl-relay" \
    org.opencontainers.image.description="Moves noetl.outbox to NATS JetStream and projects its events into noetl.event" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.base.name="debian:bookworm-slim"

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libnats3.4 libpq5 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 65532 noetl \
    && useradd --uid 65532 --gid 65532 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin noetl

COPY LICENSE /usr/share/doc/noetl-relay/copyright
COPY --from=build /out/swift-backtrace /usr/local/libexec/swift-backtrace
COPY --from=build /out/bin/ /usr/local/bin/

# A crash writes its stack to standard error before the process ends.
ENV SWIFT_BACKTRACE=enable=yes,sanitize=yes,threads=crashed,images=none,interactive=no,color=no,swift-backtrace=/usr/local/libexec/swift-backtrace

# Nothing is written to the file system, so it can be mounted read-only.
USER 65532:65532

EXPOSE 8085 8086 9101 9102

CMD ["relayctl", "--help"]
