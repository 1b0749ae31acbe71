// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/preload/oracle.hh"

// IPv6, in nodes that have nothing else and in nodes that have both; and what is missing in nodes
// that have one of the two.
namespace pleat::test {
namespace {

TEST_CASE("a TCP client calls from the node's IPv6 address") {
  is_as_native("tcp6_client", Addresses::kBoth);
  is_as_native("tcp6_client", Addresses::kIpv6);
}

TEST_CASE("a TCP client keeps the port that it bound") {
  is_as_native("tcp6_client_with_port", Addresses::kBoth);
  is_as_native("tcp6_client_with_port", Addresses::kIpv6);
}

TEST_CASE("a TCP client keeps its own IPv6 address that it bound") {
  is_as_native("tcp6_client_with_address", Addresses::kBoth);
  is_as_native("tcp6_client_with_address", Addresses::kIpv6);
}

TEST_CASE("TCP Fast Open calls from the node's IPv6 address") {
  is_as_native("tcp6_fast_open", Addresses::kBoth);
  is_as_native("tcp6_fast_open", Addresses::kIpv6);
}

TEST_CASE("a TCP server on the wildcard is reached at the node's IPv6 address") {
  is_as_native("tcp6_server_on_wildcard", Addresses::kBoth);
  is_as_native("tcp6_server_on_wildcard", Addresses::kIpv6);
}

TEST_CASE("a TCP server of IPv6 only is reached at the node's IPv6 address") {
  is_as_native("tcp6_server_of_ipv6_only", Addresses::kBoth);
  is_as_native("tcp6_server_of_ipv6_only", Addresses::kIpv6);
}

TEST_CASE("a TCP server that never binds is reached at the node's IPv6 address") {
  is_as_native("tcp6_server_without_bind", Addresses::kBoth);
  is_as_native("tcp6_server_without_bind", Addresses::kIpv6);
}

TEST_CASE("TCP on ::1 shows it to both sides") {
  is_as_native("tcp6_on_loopback", Addresses::kBoth);
  is_as_native("tcp6_on_loopback", Addresses::kIpv6);
  is_as_native("tcp6_on_loopback", Addresses::kIpv4);
}

TEST_CASE("a TCP server of each family may have the same port") {
  is_as_native("tcp6_servers_of_both_families", Addresses::kBoth);
}

TEST_CASE("a TCP socket refused on ::1 can still call another host") {
  is_as_native("tcp6_after_refusal", Addresses::kBoth);
  is_as_native("tcp6_after_refusal", Addresses::kIpv6);
}

TEST_CASE("a TCP socket refused over IPv6 can still call over IPv4") {
  is_as_native("tcp6_after_refusal_over_ipv4", Addresses::kBoth);
}

TEST_CASE("a TCP socket of IPv6 only does not call over IPv4") {
  is_as_native("tcp6_only_does_not_call_ipv4", Addresses::kBoth);
}

TEST_CASE("a UDP client sends from the node's IPv6 address") {
  is_as_native("udp6_client", Addresses::kBoth);
  is_as_native("udp6_client", Addresses::kIpv6);
}

TEST_CASE("a connected UDP client sends from the node's IPv6 address") {
  is_as_native("udp6_client_connected", Addresses::kBoth);
  is_as_native("udp6_client_connected", Addresses::kIpv6);
}

TEST_CASE("a UDP socket of IPv6 carries IPv4 where that comes first") {
  is_as_native("udp6_over_ipv4", Addresses::kBoth);
}

TEST_CASE("a UDP socket of IPv6 only does not send over IPv4") {
  is_as_native("udp6_only_does_not_send_over_ipv4", Addresses::kBoth);
}

TEST_CASE("a UDP server on the wildcard answers from the node's IPv6 address") {
  is_as_native("udp6_server_on_wildcard", Addresses::kBoth);
  is_as_native("udp6_server_on_wildcard", Addresses::kIpv6);
}

TEST_CASE("UDP on ::1 shows it to both sides") {
  is_as_native("udp6_on_loopback", Addresses::kBoth);
  is_as_native("udp6_on_loopback", Addresses::kIpv6);
}

TEST_CASE("sendmsg that names an IPv6 source sends from the node's") {
  is_as_native("udp6_naming_its_source", Addresses::kBoth);
  is_as_native("udp6_naming_its_source", Addresses::kIpv6);
}

TEST_CASE("control messages tell of ::1 and of shown interfaces") {
  is_as_native("udp6_told_where_it_came_to", Addresses::kBoth);
}

TEST_CASE("control messages tell who refused a datagram over IPv6") {
  is_as_native("udp6_told_who_refused", Addresses::kBoth);
}

TEST_CASE("an ICMPv6 socket pings from the node's address") {
  is_as_native("icmp6_ping", Addresses::kBoth);
  is_as_native("icmp6_ping", Addresses::kIpv6);
}

TEST_CASE("a node without IPv6 has ::1 and reaches nobody else") {
  is_as_native("without_ipv6", Addresses::kIpv4);
}

TEST_CASE("a node without IPv4 has 127.0.0.1 and reaches nobody else") {
  is_as_native("without_ipv4", Addresses::kIpv6);
}

TEST_CASE("bind to an IPv6 address refuses wrong ones as the kernel does") {
  is_as_native("wrong_bind_to_ipv6", Addresses::kBoth);
  is_as_native("wrong_bind_to_ipv6", Addresses::kIpv6);
  is_as_native("wrong_bind_to_ipv6", Addresses::kIpv4);
}

TEST_CASE("connect over IPv6 refuses wrong addresses as the kernel does") {
  is_as_native("wrong_connect_to_ipv6", Addresses::kBoth);
  is_as_native("wrong_connect_to_ipv6", Addresses::kIpv6);
  is_as_native("wrong_connect_to_ipv6", Addresses::kIpv4);
}

TEST_CASE("connect to ::1 refuses wrong addresses as the kernel does") {
  is_as_native("wrong_connect_to_ipv6_loopback", Addresses::kBoth);
  is_as_native("wrong_connect_to_ipv6_loopback", Addresses::kIpv6);
  is_as_native("wrong_connect_to_ipv6_loopback", Addresses::kIpv4);
}

TEST_CASE("TCP over IPv4 is the same in a node with both families") {
  for (const char* name :
       {"tcp_client", "tcp_client_with_port", "tcp_client_with_address", "tcp_client_nonblocking",
        "tcp_client_over_ipv6_socket", "tcp_fast_open", "tcp_server_on_wildcard",
        "tcp_server_without_bind", "tcp_on_loopback", "tcp_on_loopback_over_ipv6_socket",
        "tcp_after_refusal_on_loopback", "tcp_bind_after_refusal", "tcp_after_disconnect"}) {
    is_as_native(name, Addresses::kBoth);
  }
}

TEST_CASE("datagrams over IPv4 are the same in a node with both families") {
  for (const char* name :
       {"udp_client", "udp_client_connected", "udp_client_over_ipv6_socket",
        "udp_server_on_wildcard", "udp_sendmsg", "udp_sendmsg_naming_its_source",
        "udp_many_messages_at_once", "udp_on_loopback", "udp_recvmsg_on_loopback",
        "udp_away_from_loopback_after_disconnect", "udp_on_ipv6_loopback", "icmp_ping",
        "icmp_ping_on_loopback", "icmp_ping_from_an_address", "icmp_ping_connected"}) {
    is_as_native(name, Addresses::kBoth);
  }
}

TEST_CASE("refusals are the same in a node with both families") {
  for (const char* name :
       {"wrong_bind", "wrong_bind_of_ipv6_socket", "wrong_connect", "wrong_connect_to_peer",
        "wrong_connect_of_ipv6_socket", "wrong_send", "wrong_room_for_a_name", "bind_twice",
        "port_in_use", "wrong_socket", "refused_and_connected_already", "errno_is_left_alone"}) {
    is_as_native(name, Addresses::kBoth);
  }
}

TEST_CASE("processes and threads are the same in a node with both families") {
  for (const char* name :
       {"fork_in_a_chain", "exec_in_a_chain", "dup_and_reuse_of_descriptors",
        "descriptors_0_to_2_closed", "socket_passed_over_unix_socket", "send_in_a_signal_handler",
        "signal_handler_interrupts_the_calls_that_it_makes", "thread_cancelled_while_it_waits",
        "threads_call_at_once"}) {
    is_as_native(name, Addresses::kBoth);
  }
}

TEST_CASE("getaddrinfo goes by the families of the node") {
  is_as_native("getaddrinfo_by_own_families", Addresses::kIpv4);
  is_as_native("getaddrinfo_by_own_families", Addresses::kIpv6);
  is_as_native("getaddrinfo_by_own_families", Addresses::kBoth);
  is_as_native("getaddrinfo_without_hints", Addresses::kIpv4);
  is_as_native("getaddrinfo_without_hints", Addresses::kIpv6);
  is_as_native("getaddrinfo_without_hints", Addresses::kBoth);
}

}  // namespace
}  // namespace pleat::test
