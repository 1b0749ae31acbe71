# SPDX-License-Identifier: Apache-2.0
# To be sourced. Debian packages by what they are for, and a function that installs those missing.

kBuildPackages="g++ cmake ninja-build pkg-config libnl-3-dev libnl-route-3-dev libcap-dev
  libtomlplusplus-dev libspdlog-dev libcli11-dev nlohmann-json3-dev libsqlite3-dev"

# What makes identity by bpf. Where these cannot be had, Pleat is built without it and says so.
kOptionalBuildPackages="clang-14 libbpf-dev bpftool"

# What the experiments in topologies/ call; but for etcd-server, which would begin to serve this host.
kTopologyPackages="opentracker ctorrent mktorrent transmission-cli iputils-ping dhtnode curl python3"

# What tests/matrix tries: languages here, programs below. With all they depend on about 1.3 GB, most
# of it Go, Rust and Java; tests of what is missing are skipped.
kMatrixPackages="liburing-dev golang-go rustc default-jdk-headless nodejs python3 perl ruby php-cli
  lua5.4 lua-socket erlang-base tcl
  curl wget aria2 iperf3 socat netcat-openbsd iputils-ping redis-tools dnsmasq-base dhtnode
  transmission-cli mktorrent"

# Clang builds the sanitized tests and the fuzzers; the rest are programs that tests run against.
kTestPackages="$kTopologyPackages $kMatrixPackages doctest-dev clang-14 libclang-rt-14-dev
  iproute2 iperf3 netcat-openbsd curl strace python3 perl sqlite3 man-db libcap2-bin
  qemu-system-x86 busybox-static cpio kmod procps"

# need_packages NAME...: installs those that are missing, with sudo where this is not root.
need_packages() {
  local missing=() package sudo=""
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "this is no Debian; please install by hand: ${missing[*]}" >&2
    return 1
  fi
  [ "$(id -u)" = 0 ] || sudo="sudo"
  echo "installing: ${missing[*]}"
  $sudo apt-get update -qq &&
    $sudo env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}
