"""Parley's one shipped library. Rooms and who may import whom: docs/architecture.md."""
