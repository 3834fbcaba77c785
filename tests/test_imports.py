"""Imports go one way: domain <- city, store, live <- web <- app."""

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

MAY_IMPORT = {
    "compat": {"compat"},
    "domain": {"domain"},
    "city": {"domain", "city"},
    "addresses": {"addresses"},
    "settings": {"settings", "addresses"},
    "logs": {"logs"},
    "life": {"life"},
    "listening": {"listening"},
    "connections": {"domain", "connections"},
    "wire": {"wire"},
    "store": {"domain", "wire", "store"},
    "live": {"domain", "connections", "wire", "store", "live"},
    "web": {"compat", "domain", "addresses", "settings", "connections", "wire", "store", "live", "web"},
    "app": {
        "domain",
        "city",
        "addresses",
        "settings",
        "logs",
        "connections",
        "listening",
        "store",
        "live",
        "web",
        "app",
    },
    "__main__": {
        *("domain", "city", "settings", "logs", "connections", "life", "listening"),
        *("store", "live", "web", "app", "__main__"),
    },
}


@pytest.mark.parametrize("path", sorted((ROOT / "service").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_it_may(path: Path) -> None:
    part = path.relative_to(ROOT / "service").parts[0].removesuffix(".py")
    imported = {
        (node.module or "").split(".")[1]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("service.")
    }
    assert imported <= MAY_IMPORT.get(part, set())
