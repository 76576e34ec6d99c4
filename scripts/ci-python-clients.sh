#!/usr/bin/env bash
# The real Triton and KServe clients, and a fuzzer driven by /openapi.json, against a real `pipe serve`.
# Needs python3 with venv and PyPI; makes everything it needs in a folder of its own. Fails when it cannot run.
# FUZZ_EXAMPLES: how many requests the fuzzer makes up for an operation. FUZZ_SEED: other ones.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT
export HOME="$scratch/home" PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$HOME"

fuzz() { # URL: no answer may be 5xx, of an undocumented status or type, or of another shape than documented
  local token
  token=$(curl -sf "$1auth/token" -d 'username=admin&password=admin123' |
    node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).access_token')
  local checks=not_a_server_error,status_code_conformance,content_type_conformance
  checks+=,response_schema_conformance,unsupported_method,allow_header_conformance
  # Without these two: they end the session, and take the model away that all others ask.
  "$scratch/venv/bin/schemathesis" run "$1openapi.json" --header "Authorization: Bearer $token" \
    --phases examples,coverage,fuzzing --max-examples "${FUZZ_EXAMPLES:-20}" --seed "${FUZZ_SEED:-1}" --checks "$checks" \
    --exclude-path-regex '/auth/logout|/unload' --continue-on-failure --no-color
}

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --requirement scripts/python-clients/requirements.txt

npx tsx tests/serve/support/two-models.ts "$scratch/project"
node bin/pipe.js -C "$scratch/project" serve --demo --json --port 0 >"$scratch/listening" 2>"$scratch/server.log" &
server=$!
for _ in $(seq 600); do
  [ ! -s "$scratch/listening" ] || break
  kill -0 "$server" || { cat "$scratch/server.log"; exit 1; }
  sleep 0.1
done
url=$(node -pe 'new URL(JSON.parse(require("fs").readFileSync(process.argv[1], "utf8").split("\n")[0]).url).href' "$scratch/listening")

"$scratch/venv/bin/python" scripts/python-clients/check_clients.py "$url"
(cd "$scratch" && fuzz "$url")
kill -0 "$server" # it has survived all of it
if grep -q 'bug in pipe' "$scratch/server.log"; then
  grep 'bug in pipe' "$scratch/server.log"
  exit 1
fi
