#!/bin/sh
# Asks a running `pipe serve --demo` for one prediction: signs in as alice, then sends the 28 numbers
# of an accident. Needs node only; the two requests are those of docs/serving.md.
set -eu
node --input-type=module - "${1:-http://127.0.0.1:8000}" <<'EOF'
const server = process.argv[2];
const features = [10, 3, 1, 0, 2021, 60, 2, 1, 1, 3, 2, 1, 1, 50, 7, 12, 5, 77, 77317, 2, 1, 0, 6, 48.6, 2.89, 17, 2, 1];

await untilReady();
const { access_token } = await post('/auth/token', new URLSearchParams({ username: 'alice', password: 'secret123' }));
console.log(await post('/predict', JSON.stringify({ features }), { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }));

async function untilReady() {
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`${server}/health/ready`).then((response) => response.ok, () => false);
    if (ready) return;
    if (tries === 100) throw new Error(`no server with a model answers at ${server}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function post(path, body, headers = {}) {
  const response = await fetch(`${server}${path}`, { method: 'POST', body, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
EOF
