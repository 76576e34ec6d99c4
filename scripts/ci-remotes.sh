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
sshd_pid=
stop() {
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || true
  [ -z "$sshd_pid" ] || kill "$sshd_pid" 2>/dev/null || true
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

# From Debian, unpacked and not installed: nothing of this machine changes.
install_sshd() {
  sshd_root=$cache/sshd-root
  if [ ! -x "$sshd_root/usr/sbin/sshd" ] || ! command -v ssh "$sshd_root/usr/bin/ssh" >/dev/null; then
    mkdir -p "$cache/sshd-debs"
    (cd "$cache/sshd-debs" && apt-get update -qq && apt-get download -qq openssh-server openssh-client libwrap0) &&
      for deb in "$cache"/sshd-debs/*.deb; do dpkg -x "$deb" "$sshd_root"; done
  fi
  sshd_libraries=$sshd_root/lib/$(uname -m)-linux-gnu:$sshd_root/usr/lib/$(uname -m)-linux-gnu
  ssh_client=$(command -v ssh || echo "$sshd_root/usr/bin/ssh")
  ssh_keygen=$(command -v ssh-keygen || echo "$sshd_root/usr/bin/ssh-keygen")
}

# As somebody who is not root: then it needs no user, no folder and no PAM service of its own.
start_sshd() {
  local port place=$work/sshd run=() user
  port=$(free_port)
  user=$(id -un)
  if [ "$(id -u)" = 0 ]; then
    user=nobody
    run=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
  fi
  mkdir -p "$place/remote" "$place/bin"
  "$ssh_keygen" -q -t ed25519 -N '' -f "$place/host"
  "$ssh_keygen" -q -t ed25519 -N '' -f "$place/key"
  printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $place/host" 'PidFile none' "AuthorizedKeysFile $place/key.pub" \
    'StrictModes no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'UsePAM yes' 'Subsystem sftp internal-sftp' >"$place/sshd.conf"
  printf '%s\n' "IdentityFile $place/key" 'IdentitiesOnly yes' "UserKnownHostsFile $place/known" >"$place/ssh.conf"
  echo "[127.0.0.1]:$port $(cat "$place/host.pub")" >"$place/known"
  # What stands in ~/.ssh/config elsewhere: the home of the client is that of the account, whatever HOME is.
  printf '#!/bin/sh\nexec "%s" -F "%s" "$@"\n' "$ssh_client" "$place/ssh.conf" >"$place/bin/ssh"
  chmod 755 "$work" "$place" "$place/bin/ssh"
  [ "$user" != nobody ] || chown nobody "$place/host" "$place/remote"
  "${run[@]}" env LD_LIBRARY_PATH="$sshd_libraries" "$sshd_root/usr/sbin/sshd" -D -e -f "$place/sshd.conf" 2>"$work/sshd.log" &
  sshd_pid=$!
  export SSH_TEST_URL=ssh://$user@127.0.0.1:$port$place/remote SSH_TEST_BIN=$place/bin
  for _ in $(seq 200); do
    if grep -q 'Server listening' "$work/sshd.log"; then return; fi
    kill -0 "$sshd_pid" 2>/dev/null || break
    sleep 0.05
  done
  echo 'sshd did not start:' >&2
  tail -n 5 "$work/sshd.log" >&2
  return 1
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
  install_sshd
  start_sshd
  npx vitest run --config vitest.remotes.config.ts "$@"
fi
