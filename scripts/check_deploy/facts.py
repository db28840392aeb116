"""What the code says: its programs, settings, paths and metrics.

Settings and metrics are read from docs/settings.md and docs/telemetry.md, which the Swift tests hold against the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """A row of docs/settings.md."""

    names: tuple[str, ...]
    default: str
    meaning: str

    @property
    def is_secret(self) -> bool:
        """Whether its value must not stand in a manifest."""
        return " Secret. " in self.meaning

    @property
    def is_file(self) -> bool:
        """Whether its value is the path of a file."""
        return self.meaning.endswith("It must be the path of a readable file.")

    def complaint(self, value: str) -> str | None:
        """What is wrong with a value, as far as the page's own sentence says it."""
        accepted = self.meaning.rpartition("It must be ")[2].removesuffix(".")
        if match := re.search(r"(?:a whole number|a port number|a number of seconds) from ([\d.]+) to ([\d.]+)", accepted):
            pattern = r"\d+(\.\d+)?" if "seconds" in accepted else r"\d+"
            low, high = map(float, match.groups())
            good = re.fullmatch(pattern, value) is not None and low <= float(value) <= high
        elif match := re.match(r"one of (.+)", accepted):
            good = value in match.group(1).split(", ")
        elif accepted.startswith("true or false"):
            good = value.lower() in {"true", "false", "1", "0", "yes", "no", "on", "off"}
        elif "nats://host:port" in accepted:
            good = all(re.fullmatch(r"(nats|tls)://(\S+@)?[^\s/@]+", url) for url in value.split(","))
        elif accepted.startswith(("a stream name", "a consumer name")):
            good = re.fullmatch(r"[^\s./\\*>]+", value) is not None
        elif self.is_file:
            good = value.startswith("/")
        else:
            good = value != ""
        return None if good else f"{self.names[0]} is {value!r}; it must be {accepted}"


@dataclass(frozen=True)
class Metric:
    """A row of docs/telemetry.md."""

    name: str
    type: str
    labels: frozenset[str]

    @property
    def series(self) -> dict[str, frozenset[str]]:
        """The series that are served, with their labels."""
        if self.type != "histogram":
            return {self.name: self.labels}
        return {
            f"{self.name}_bucket": self.labels | {"le"},
            f"{self.name}_sum": self.labels,
            f"{self.name}_count": self.labels,
        }


class Facts:
    """What the checkout at a folder says."""

    def __init__(self, root: Path):
        self.root = root

    def _text(self, path: str) -> str:
        return (self.root / path).read_text()

    @cached_property
    def programs(self) -> dict[str, str]:
        """The executables that are always built, with the target that each is made from."""
        pattern = r'^ +\.executable\(name: "([^"]+)", targets: \["([^"]+)"\]\)'
        return dict(re.findall(pattern, self._text("Package.swift"), re.MULTILINE))

    @cached_property
    def version(self) -> str:
        """The version of all programs."""
        text = self._text("Sources/ServiceRuntime/Program/RelayVersion.swift")
        return re.search(r'current = "([^"]+)"', text).group(1)

    @cached_property
    def settings(self) -> dict[str, dict[str, Setting]]:
        """The settings of each program, by each of their names."""
        result: dict[str, dict[str, Setting]] = {}
        for section in self._text("docs/settings.md").split("\n## ")[1:]:
            program, _, body = section.partition("\n")
            result[program] = {}
            for names, default, meaning in re.findall(r"^\| (`.+?) \| `--.+?` \| (.*?) \| (.+) \|$", body, re.MULTILINE):
                setting = Setting(tuple(re.findall(r"`([A-Z_]+)`", names)), default.strip("` "), meaning)
                result[program] |= {name: setting for name in setting.names}
        # relayctl has no page of its own: it reads the settings of the database, which is what all services share.
        shared = set.intersection(*(set(settings) for settings in result.values()))
        some = next(iter(result.values()))
        result.setdefault("relayctl", {name: some[name] for name in shared if not name.startswith("LOG_")})
        return result

    def served_paths(self, program: str) -> set[str]:
        """The paths that a program serves, as string literals of its sources, of ServiceRuntime and of the contract."""
        own = [file.read_text() for file in (self.root / "Sources" / self.programs[program]).rglob("*.swift")]
        shared = ["ServiceRuntime"]
        if any("ContractRoute" in text for text in own):
            shared.append("InternalContract")
        texts = own + [file.read_text() for name in shared for file in (self.root / "Sources" / name).rglob("*.swift")]
        return {path for text in texts for path in re.findall(r'"(/[a-z/-]+)"', text)}

    def ports(self, program: str, environment: dict[str, str]) -> dict[int, str]:
        """The ports a program listens on in an environment, each with its address."""
        result = {}
        for name, setting in self.settings[program].items():
            if name.endswith("_PORT") and setting.meaning.startswith("Port to listen on"):
                host = name.removesuffix("PORT") + "HOST"
                address = environment.get(host, self.settings[program][host].default)
                result[int(environment.get(name, setting.default))] = address
        return result

    def value(self, program: str, name: str, environment: dict[str, str]) -> str:
        """The value of a setting in an environment."""
        return environment.get(name, self.settings[program][name].default)

    @cached_property
    def answer_fields(self) -> set[str]:
        """The fields of answers of /api/internal."""
        fields: set[str] = set()
        for file in (self.root / "Sources/InternalContract").rglob("*Answer.swift"):
            fields |= set(re.findall(r'"([a-z_]+)"', file.read_text()))
        return fields

    @cached_property
    def scaler_keys(self) -> set[str]:
        """What the external scaler reads of a trigger's metadata."""
        text = self._text("Sources/InternalAPI/Scaler/ScalerTargets.swift")
        return set(re.findall(r'Key = "([A-Za-z]+)"', text))

    @cached_property
    def series(self) -> dict[str, frozenset[str]]:
        """All series that the services serve, with their labels."""
        rows = re.findall(
            r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \| ([^|]*)\|", self._text("docs/telemetry.md"), re.MULTILINE
        )
        result = {}
        for name, kind, labels in rows:
            words = frozenset(re.findall(r"[a-z_]+", labels))
            result |= Metric(name, kind, words).series
        return result

    @cached_property
    def secrets(self) -> dict[tuple[str, str], set[str]]:
        """The Secrets of docs/deployment.md: what each key is read as, by name and key."""
        rows = re.findall(r"^\| `([a-z-]+)` \| `([A-Za-z_.-]+)` \| ([^|]+)\|", self._text("docs/deployment.md"), re.MULTILINE)
        return {(name, key): set(re.findall(r"`([A-Z_]+)`", read_as)) for name, key, read_as in rows}
