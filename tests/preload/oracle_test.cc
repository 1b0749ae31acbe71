// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/preload/oracle.hh"

// IPv4, in a node that has nothing else.
namespace pleat::test {
namespace {

TEST_CASE("a TCP client calls from the node's address") { is_as_native("tcp_client"); }

TEST_CASE("a TCP client keeps the port that it bound") { is_as_native("tcp_client_with_port"); }

TEST_CASE("a TCP client keeps its own address that it bound") {
  is_as_native("tcp_client_with_address");
}

TEST_CASE("a non-blocking TCP client calls from the node's address") {
  is_as_native("tcp_client_nonblocking");
}

TEST_CASE("a TCP client on an IPv6 socket calls from the node's address") {
  is_as_native("tcp_client_over_ipv6_socket");
}

TEST_CASE("TCP Fast Open calls from the node's address") { is_as_native("tcp_fast_open"); }

TEST_CASE("a TCP server on the wildcard is reached at the node's address") {
  is_as_native("tcp_server_on_wildcard");
}

TEST_CASE("a TCP server that never binds is reached at the node's address") {
  is_as_native("tcp_server_without_bind");
}

TEST_CASE("a TCP server on the dual-stack wildcard is reached over IPv4") {
  is_as_native("tcp_server_on_dual_stack_wildcard");
}

TEST_CASE("a TCP server may listen on both wildcards with two sockets") {
  is_as_native("tcp_servers_of_both_families_side_by_side");
}

TEST_CASE("TCP on loopback shows 127.0.0.1 to both sides") { is_as_native("tcp_on_loopback"); }

TEST_CASE("TCP on v4-mapped loopback shows it to both sides") {
  is_as_native("tcp_on_loopback_over_ipv6_socket");
}

TEST_CASE("a TCP socket refused on loopback can still call another host") {
  is_as_native("tcp_after_refusal_on_loopback");
  is_as_native("tcp_bind_after_refusal");
}

TEST_CASE("a TCP socket can be disconnected and call again") {
  is_as_native("tcp_after_disconnect");
}

TEST_CASE("a UDP client sends from the node's address") { is_as_native("udp_client"); }

TEST_CASE("a connected UDP client sends from the node's address") {
  is_as_native("udp_client_connected");
}

TEST_CASE("a UDP client on an IPv6 socket sends from the node's address") {
  is_as_native("udp_client_over_ipv6_socket");
}

TEST_CASE("a UDP server on the wildcard answers from the node's address") {
  is_as_native("udp_server_on_wildcard");
}

TEST_CASE("a UDP server on the dual-stack wildcard answers from the node's address") {
  is_as_native("udp_server_on_dual_stack_wildcard");
}

TEST_CASE("UDP-Lite sends from the node's address") { is_as_native("udp_lite"); }

TEST_CASE("sendmsg sends from the node's address") { is_as_native("udp_sendmsg"); }

TEST_CASE("sendmsg that names its source sends from the node's address") {
  is_as_native("udp_sendmsg_naming_its_source");
}

TEST_CASE("sendmmsg sends each message to where it should go") {
  is_as_native("udp_many_messages_at_once");
}

TEST_CASE("UDP on loopback shows 127.0.0.1 to both sides") { is_as_native("udp_on_loopback"); }

TEST_CASE("recvmsg and recvmmsg show 127.0.0.1") { is_as_native("udp_recvmsg_on_loopback"); }

TEST_CASE("control messages tell of 127.0.0.1 and of shown interfaces") {
  is_as_native("udp_told_where_it_came_to");
}

TEST_CASE("control messages tell who refused a datagram") { is_as_native("udp_told_who_refused"); }

TEST_CASE("a UDP socket disconnected from loopback can call another host") {
  is_as_native("udp_away_from_loopback_after_disconnect");
}

TEST_CASE("UDP over IPv6 loopback works") { is_as_native("udp_on_ipv6_loopback"); }

TEST_CASE("an ICMP socket pings from the node's address") { is_as_native("icmp_ping"); }

TEST_CASE("an ICMP socket pings loopback") { is_as_native("icmp_ping_on_loopback"); }

TEST_CASE("an ICMP socket keeps the address and identifier that it bound") {
  is_as_native("icmp_ping_from_an_address");
}

TEST_CASE("a connected ICMP socket pings from the node's address") {
  is_as_native("icmp_ping_connected");
}

TEST_CASE("Unix stream sockets are untouched") { is_as_native("unix_stream"); }

TEST_CASE("Unix datagram sockets are untouched") { is_as_native("unix_datagram"); }

TEST_CASE("Unix socket pairs are untouched") { is_as_native("unix_pair"); }

TEST_CASE("netlink is untouched") { is_as_native("netlink_dump"); }

TEST_CASE("bind refuses wrong addresses as the kernel does") { is_as_native("wrong_bind"); }

TEST_CASE("bind of an IPv6 socket refuses wrong addresses as the kernel does") {
  is_as_native("wrong_bind_of_ipv6_socket");
}

TEST_CASE("connect refuses wrong addresses as the kernel does") { is_as_native("wrong_connect"); }

TEST_CASE("connect to a host refuses wrong addresses as the kernel does") {
  is_as_native("wrong_connect_to_peer");
}

TEST_CASE("connect of an IPv6 socket refuses wrong addresses as the kernel does") {
  is_as_native("wrong_connect_of_ipv6_socket");
}

TEST_CASE("sends refuse wrong addresses as the kernel does") { is_as_native("wrong_send"); }

TEST_CASE("messages at wrong addresses are refused as by the kernel") {
  is_as_native("wrong_message");
}

TEST_CASE("names of any length disconnect as the kernel says") {
  is_as_native("disconnected_by_names_of_any_length");
}

TEST_CASE("ports are shared as the kernel says") { is_as_native("port_shared"); }

TEST_CASE("names are cut off and refused as by the kernel") {
  is_as_native("wrong_room_for_a_name");
}

TEST_CASE("a socket cannot be bound twice") { is_as_native("bind_twice"); }

TEST_CASE("a port in use is in use") { is_as_native("port_in_use"); }

TEST_CASE("what is no socket is refused as by the kernel") { is_as_native("wrong_socket"); }

TEST_CASE("a refused socket can be used again, a connected one cannot") {
  is_as_native("refused_and_connected_already");
}

TEST_CASE("errno is left alone by what succeeds") { is_as_native("errno_is_left_alone"); }

TEST_CASE("children of children are the same node") { is_as_native("fork_in_a_chain"); }

TEST_CASE("programs run by programs are the same node") { is_as_native("exec_in_a_chain"); }

TEST_CASE("a spawned program is the same node") { is_as_native("spawned_program"); }

TEST_CASE("a child of a thread is the same node") { is_as_native("fork_in_a_thread"); }

TEST_CASE("a socket opened before any constructor ran has the node's address") {
  is_as_native("socket_before_everything");
}

TEST_CASE("a copy of a descriptor is the same socket") {
  is_as_native("dup_and_reuse_of_descriptors");
}

TEST_CASE("sockets work as descriptors 0 to 2") { is_as_native("descriptors_0_to_2_closed"); }

TEST_CASE("a socket keeps its address when it is passed on") {
  is_as_native("socket_passed_over_unix_socket");
}

TEST_CASE("a signal handler sends from the node's address") {
  is_as_native("send_in_a_signal_handler");
}

TEST_CASE("a signal handler makes the calls that it interrupts") {
  is_as_native("signal_handler_interrupts_the_calls_that_it_makes");
}

TEST_CASE("a thread can be cancelled while it waits") {
  is_as_native("thread_cancelled_while_it_waits");
}

TEST_CASE("threads call at once") { is_as_native("threads_call_at_once"); }

TEST_CASE("threads do everything at once") { is_as_native("threads_do_everything_at_once"); }

}  // namespace
}  // namespace pleat::test
