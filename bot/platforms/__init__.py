"""The faces: each reads one platform's events and writes Hearth's words there."""
