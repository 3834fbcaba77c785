"""The undocumented parts of libraries that the service relies on: one module a library, each with a contract test."""
