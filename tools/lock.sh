#!/usr/bin/env bash
# Compile the pinned requirements, with hashes and without any address they came from. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    --no-emit-index-url --no-emit-find-links pyproject.toml --extra postgresql --extra build "$@"
}
compile -o requirements.txt
compile --extra test -c requirements.txt -o requirements-test.txt
