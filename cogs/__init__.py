"""What Hearth does: one folder a capability."""
