"""Operator configuration and space profiles: models, YAML with line-true findings, JSON Schema."""
