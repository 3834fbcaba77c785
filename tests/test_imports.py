"""Imports go one way: domain <- city, store, live <- web <- app."""

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

MAY_IMPORT = {
    "compat": {"compat"},
    "domain": {"domain"},
    "net": {"compat", "domain", "net"},
    "city": {"domain", "city"},
    "settings": {"net", "settings"},
    "logs": {"logs"},
    "life": {"life"},
    "store": {"compat", "domain", "net", "store"},
    "live": {"compat", "domain", "net", "store", "live"},
    "web": {"compat", "domain", "net", "settings", "store", "live", "web"},
    "app": {"compat", "domain", "net", "city", "settings", "logs", "store", "live", "web", "app"},
    "__main__": {
        *("compat", "domain", "net", "city", "settings", "logs", "life", "store", "live", "web", "app", "__main__"),
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
