"""Holds PromQL expressions against the series that the services serve."""

from __future__ import annotations

import re

# What Prometheus and its operator add to a series, whatever it is.
TARGET_LABELS = {"container", "endpoint", "instance", "job", "namespace", "pod"}

KEYWORDS = {"and", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"}


def complaints(expression: str, series: dict[str, frozenset[str]]) -> list[str]:
    """What an expression names that is not there. Its syntax is promtool's business."""
    text = re.sub(r"\[[^\]]*\]", "", expression)
    found, labels = [], set()
    for grouping in re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", text):
        labels |= set(re.findall(r"\w+", grouping))
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    known: set[str] = set(TARGET_LABELS)
    for name, selector in re.findall(r"(?<![\w.])([a-zA-Z_:][\w:]*)(?![\w:]|\s*\()\s*(\{[^}]*\})?", _without_strings(text)):
        if name in KEYWORDS:
            continue
        if name not in series:
            found.append(f"{name}: no service serves it ({expression})")
            continue
        known |= series[name]
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector):
            if label not in series[name] | TARGET_LABELS:
                found.append(f"{name} has no label {label} ({expression})")
    found += [f"no series of it has the label {label} ({expression})" for label in sorted(labels - known)]
    return found


def _without_strings(text: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
