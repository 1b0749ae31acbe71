# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# To be sourced first by a program that proves a belief about Linux. Starts the program anew in a
# network namespace of its own, so that what it does there can leave no trace, and ends it with
#
#   0    the belief holds
#   1    it does not, and what was seen instead
#   77   it cannot be tried here, and why (1 with PLEAT_MUST_RUN=1)
#
# Programs run on dash and busybox, too, for in the virtual machine there is nothing else. There
# PLEAT_VIRTUAL_TIME=1 says that times are exact.
set -eu
LC_ALL=C
export LC_ALL

fail() {
  echo "the belief does not hold: $*"
  exit 1
}

skip() {
  if [ "${PLEAT_MUST_RUN:-}" = 1 ]; then
    echo "must run, but would skip: $*"
    exit 1
  fi
  echo "skipped: $*"
  exit 77
}

# What fails before there is anything to judge is a failure, too.
end() {
  status=$?
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  case $status in
    0 | 1 | 77) ;;
    *) echo "a command ended with status $status; sh -x shows which"; exit 1 ;;
  esac
}
trap end EXIT

needs() {
  for program; do
    command -v "$program" >/dev/null || skip "there is no program $program here"
  done
}

needs unshare ip tc sysctl awk
if [ -z "${PLEAT_BELIEF_APART:-}" ]; then
  PLEAT_BELIEF_APART=1
  export PLEAT_BELIEF_APART
  for how in --net "--user --map-root-user --net"; do
    # shellcheck disable=SC2086
    if unshare $how true 2>/dev/null; then exec unshare $how sh "$0" "$@"; fi
  done
  skip "network namespaces are not permitted here"
fi

# needs_kernel PART...: each is tried in a network namespace of its own.
needs_kernel() {
  for part; do
    case $part in
      veth) try="ip link add name veth0 type veth peer name veth1" ;;
      htb | netem | blackhole) try="tc qdisc add dev lo root $part" ;;
      stab) try="tc qdisc add dev lo root stab overhead -14 linklayer ethernet htb" ;;
      blocks) try="tc qdisc add dev lo ingress_block 1 ingress" ;;
      u32) try="tc qdisc add dev lo root handle 1: htb
        tc filter add dev lo parent 1: protocol ip u32 match u32 0 0 flowid 1:1" ;;
      redirect) try="tc qdisc add dev lo ingress
        tc filter add dev lo parent ffff: protocol ip u32 match u32 0 0 \
          action mirred egress redirect dev lo" ;;
      *) fail "nobody knows how to look for $part" ;;
    esac
    said=$(unshare --net sh -e -c "$try" 2>&1) || skip "this kernel has no $part: $said"
  done
}

# expect WHAT SEEN EXPECTED
expect() {
  [ "$2" = "$3" ] || fail "$1: $2 instead of $3"
  echo "$1: $2"
}

# expect_between WHAT SEEN LEAST MOST: numbers, with or without fractions.
expect_between() {
  awk -v seen="$2" -v least="$3" -v most="$4" \
    'BEGIN { exit !(seen ~ /^-?[0-9.]+$/ && seen + 0 >= least + 0 && seen + 0 <= most + 0) }' ||
    fail "$1: $2 instead of $3 to $4"
  echo "$1: $2"
}

# ---- what the kernel has counted ----

sent_by() { awk -v link="$1:" '$1 == link { print $11 }' /proc/net/dev; }      # packets
received_by() { awk -v link="$1:" '$1 == link { print $3 }' /proc/net/dev; }  # packets

# class_counts LINK MINOR: sets bytes, packets, dropped, and waiting (packets).
class_counts() {
  # shellcheck disable=SC2046
  set -- $(tc -s class show dev "$1" | awk -v id="1:$2" '
    /^class/ { mine = $3 == id }
    mine && $1 == "Sent" { gsub(/[(,]/, " "); bytes = $2; packets = $4; dropped = $7 }
    mine && $1 == "backlog" { waiting = $3; sub(/p/, "", waiting) }
    END { print bytes, packets, dropped, waiting }')
  [ $# = 4 ] || fail "cannot read the counters of a class"
  # shellcheck disable=SC2034
  bytes=$1 packets=$2 dropped=$3 waiting=$4
}

# ---- the network that most of them start with ----

# add_pair NEAR FAR MAC: devices of which each receives what the other sends.
add_pair() {
  ip link add name "$1" mtu 1500 type veth peer name "$2" address "$3" mtu 1500
  ip link set "$1" up
  ip link set "$2" up
}

# redirect_from_lo MATCH LINK
redirect_from_lo() {
  # shellcheck disable=SC2086
  tc filter add dev lo parent ffff: protocol ip prio 1 u32 match ip $1 \
    action mirred egress redirect dev "$2"
}

# Packets may come in with our own addresses, and nobody sends any that are not asked for.
prepare_addresses() {
  sysctl -qw net.ipv4.conf.all.accept_local=1 net.ipv4.conf.all.rp_filter=0 \
    net.ipv4.conf.default.rp_filter=0
  sysctl -qew net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
}

# make_way_in MTU: all of 10.0.0.0/8 is this host's, and its packets take a way around:
#
#     sockets --> lo --> its ingress qdisc --> near ==> far --> sockets
#                        redirects             a pair
make_way_in() {
  prepare_addresses
  ip link set lo address 02:00:00:00:00:01 up
  ip route add local 10.0.0.0/8 dev lo src 127.0.0.1 mtu "$1"
  add_pair near far 02:00:00:00:00:01
  tc qdisc add dev lo ingress
  redirect_from_lo "src 10.0.0.0/8" near
}

# pings FROM TO COUNT BYTES [OPTION...]: of so many bytes of IP each. Prints what ping prints.
pings() {
  from=$1 to=$2 count=$3 size=$(($4 - 28))
  shift 4
  ping -n -I "$from" -c "$count" -i 0.01 -W 5 -s "$size" "$@" "$to" || true
}

# answered TEXT: how many pings were, by what ping printed.
answered() { echo "$1" | awk '/ received/ { print $4 }'; }

# send_burst ARGUMENT...: those of send_burst.cc. Sets taken, blocked, told and delivered.
send_burst() {
  # shellcheck disable=SC2046
  set -- $("${PLEAT_SEND_BURST:?names the program that send_burst.cc makes}" "$@")
  [ $# = 8 ] || fail "no burst was sent"
  # shellcheck disable=SC2034
  taken=$2 blocked=$4 told=$6 delivered=$8
}

# start_iperf3_server ADDRESS: for one test. Returns when it listens.
start_iperf3_server() {
  iperf3 --server --one-off --bind "$1" >/dev/null &
  server=$!
  tries=0
  until awk '$2 ~ /:1451$/ && $4 == "0A" { found = 1 } END { exit !found }' /proc/net/tcp; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || fail "the iperf3 server does not listen"
    sleep 0.1
  done
}
