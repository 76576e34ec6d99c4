#!/usr/bin/env bash
# Remotes against real servers: versitygw for S3, OpenSSH's sshd and sftp-server for ssh.
# Installs them by itself, also with an empty HOME; fails when one of them cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${VERSITYGW_VERSION:-v1.8.0}
# Built once a machine: it takes minutes of computing.
cache=${REPROD_CI_CACHE:-${TMPDIR:-/tmp}/reprod-ci-remotes}
server=$cache/bin/versitygw
work=$(mktemp -d)
server_pid=
stop() {
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

install_s3_server() {
  if [ -x "$server" ] && go version -m "$server" | grep -qE "mod\s+github.com/versity/versitygw\s+$version\s"; then return; fi
  mkdir -p "$cache/bin" "$cache/home"
  # Everything that Go keeps is below the cache, whatever HOME is.
  env HOME="$cache/home" GOPATH="$cache/go" GOCACHE="$cache/go-build" GOBIN="$cache/bin" GOFLAGS='-modcacherw -buildvcs=false' CGO_ENABLED=0 \
    go install -trimpath -ldflags='-s -w' "github.com/versity/versitygw/cmd/versitygw@$version"
}

install_sftp_server() {
  sftp_server=$(command -v /usr/lib/openssh/sftp-server || command -v /usr/libexec/sftp-server || true)
  [ -z "$sftp_server" ] || return 0
  sftp_server=$cache/sftp/usr/lib/openssh/sftp-server
  [ ! -x "$sftp_server" ] || return 0
  mkdir -p "$cache/sftp"
  (cd "$cache/sftp" && apt-get update -qq && apt-get download -qq openssh-sftp-server && dpkg -x openssh-sftp-server_*.deb .)
}

free_port() { node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

start_s3_server() {
  local port
  port=$(free_port)
  export S3_TEST_ENDPOINT=http://127.0.0.1:$port S3_TEST_KEY=testkey S3_TEST_SECRET=testsecret123
  mkdir -p "$work/data"
  # --keep-alive: without it every request opens a connection. Sidecar: not every file system has user attributes.
  mkdir -p "$work/meta"
  ROOT_ACCESS_KEY=$S3_TEST_KEY ROOT_SECRET_KEY=$S3_TEST_SECRET \
    "$server" --port "127.0.0.1:$port" --keep-alive --quiet posix --sidecar "$work/meta" "$work/data" >"$work/server.log" 2>&1 &
  server_pid=$!
  for _ in $(seq 200); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.05
  done
  echo 'the S3 server did not start:' >&2
  tail -n 5 "$work/server.log" >&2
  return 1
}

install_s3_server
install_sftp_server
export SFTP_TEST_SERVER=$sftp_server
start_s3_server
if [ "${1:-}" = --run ]; then # something else against the S3 server, as bench/remotes.ts
  shift
  "$@"
else
  npx vitest run --config vitest.remotes.config.ts "$@"
fi
