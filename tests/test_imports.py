"""Imports go one way: domain <- store, database, voice <- directory, identity, projections, reports, live <- web <-
composition <- app; compat and net are below."""

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

MAY_IMPORT = {
    "compat": {"compat"},
    "domain": {"domain"},
    "net": {"compat", "domain", "net"},
    "settings": {"net", "settings"},
    "logs": {"logs"},
    "life": {"life"},
    "directory": {"domain", "store", "directory"},
    "store": {"compat", "domain", "net", "store"},
    "database": {"database"},
    "identity": {"compat", "domain", "directory", "store", "database", "identity"},
    "projections": {"domain", "store", "database", "projections"},
    "reports": {"domain", "database", "reports"},
    "live": {"compat", "domain", "net", "store", "live"},
    "voice": {"domain", "voice"},
    "web": {"compat", "domain", "net", "settings", "directory", "store", "identity", "live", "reports", "voice", "web"},
}
MAY_IMPORT["projecting"] = {"database", "domain", "life", "projections", "settings", "store"}
MAY_IMPORT["composition"] = {*MAY_IMPORT["web"], "database", "projecting", "projections"}
MAY_IMPORT["app"] = {*MAY_IMPORT["composition"], "composition", "logs", "app"}
MAY_IMPORT["maintenance"] = {"database", "directory", "domain", "projections", "settings", "store"}
MAY_IMPORT["backup"] = {"store"}
MAY_IMPORT["city_commands"] = {"directory", "domain", "maintenance", "settings", "store"}
MAY_IMPORT["staff_commands"] = {"database", "directory", "domain", "identity", "settings"}
MAY_IMPORT["server"] = {*MAY_IMPORT["app"], "server"}
MAY_IMPORT["__main__"] = {
    *MAY_IMPORT["server"],
    "life",
    "maintenance",
    "backup",
    "city_commands",
    "staff_commands",
    "__main__",
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
