// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/preload/both_world.hh"
#include "tests/preload/oracle.hh"
#include "tests/skip.hh"

// The library with identity by bpf at its side.
namespace pleat::test {
namespace {

void are_as_native(Addresses addresses, std::initializer_list<const char*> cases) {
  for (const char* name : cases) is_as_native(name, addresses, BothWorld(addresses));
}

TEST_CASE("with both, TCP over IPv4 is as without Pleat") {
  are_as_native(
      Addresses::kIpv4,
      {"tcp_client", "tcp_client_with_port", "tcp_client_with_address", "tcp_client_nonblocking",
       "tcp_client_over_ipv6_socket", "tcp_fast_open", "tcp_server_on_wildcard",
       "tcp_server_without_bind", "tcp_server_on_dual_stack_wildcard",
       "tcp_servers_of_both_families_side_by_side", "tcp_on_loopback",
       "tcp_on_loopback_over_ipv6_socket", "tcp_after_refusal_on_loopback",
       "tcp_bind_after_refusal", "tcp_after_disconnect", "tcp_to_the_wildcard"});
}

TEST_CASE("with both, datagrams over IPv4 are as without Pleat") {
  are_as_native(Addresses::kIpv4,
                {"udp_client", "udp_client_connected", "udp_client_over_ipv6_socket",
                 "udp_server_on_wildcard", "udp_server_on_dual_stack_wildcard", "udp_lite",
                 "udp_sendmsg", "udp_sendmsg_naming_its_source", "udp_many_messages_at_once",
                 "udp_on_loopback", "udp_recvmsg_on_loopback", "udp_told_where_it_came_to",
                 "udp_told_who_refused", "udp_away_from_loopback_after_disconnect", "icmp_ping",
                 "icmp_ping_on_loopback", "icmp_ping_from_an_address", "icmp_ping_connected"});
}

TEST_CASE("with both, mistakes are answered as without Pleat") {
  are_as_native(
      Addresses::kIpv4,
      {"wrong_bind", "wrong_bind_of_ipv6_socket", "wrong_connect", "wrong_connect_to_peer",
       "wrong_connect_of_ipv6_socket", "wrong_send", "wrong_message",
       "disconnected_by_names_of_any_length", "port_shared", "wrong_room_for_a_name", "bind_twice",
       "port_in_use", "wrong_socket", "refused_and_connected_already", "errno_is_left_alone"});
}

TEST_CASE("with both, whatever a process does, TCP keeps to its node") {
  are_as_native(
      Addresses::kIpv4,
      {"unix_stream", "unix_datagram", "fork_in_a_chain", "exec_in_a_chain", "spawned_program",
       "fork_in_a_thread", "socket_before_everything", "dup_and_reuse_of_descriptors",
       "descriptors_0_to_2_closed", "socket_passed_over_unix_socket", "send_in_a_signal_handler",
       "signal_handler_interrupts_the_calls_that_it_makes", "thread_cancelled_while_it_waits",
       "threads_call_at_once"});
}

TEST_CASE("with both, TCP over IPv6 is as without Pleat") {
  for (const Addresses addresses : {Addresses::kIpv6, Addresses::kBoth}) {
    are_as_native(addresses,
                  {"tcp6_client", "tcp6_client_with_port", "tcp6_client_with_address",
                   "tcp6_fast_open", "tcp6_server_on_wildcard", "tcp6_server_of_ipv6_only",
                   "tcp6_server_without_bind", "tcp6_on_loopback", "tcp6_after_refusal",
                   "wrong_connect_to_ipv6", "wrong_connect_to_ipv6_loopback"});
  }
  are_as_native(Addresses::kBoth, {"tcp6_servers_of_both_families", "tcp6_after_refusal_over_ipv4",
                                   "tcp6_only_does_not_call_ipv4"});
}

// The node's environment, outside of the node's cgroup.
class WorldThatSaysBoth : public FoldedWorld {
 public:
  Program start(const std::string& host, const std::vector<std::string>& argv) const override {
    auto environment = environment_of(host);
    environment.emplace_back("PLEAT_IDENTITY", "both");
    return start_with(environment, argv);
  }
};

TEST_CASE("a process that is said to have bpf, and has not, is pinned by the library") {
  for (const char* name : {"tcp_client", "tcp_on_loopback", "tcp_after_refusal_on_loopback"}) {
    is_as_native(name, Addresses::kIpv4, WorldThatSaysBoth());
  }
}

TEST_CASE("with both, a TCP connect takes no other system call once bpf has been seen at work") {
  if (std::system("strace -V > /dev/null 2>&1") != 0) PLEAT_SKIP("strace is not installed");
  const BothWorld world;
  Program peer = world.start(kThere, {PLEAT_PRELOAD_CASE, "peer", kHere, kThere});
  REQUIRE(peer.read_line() == "ready");
  const std::string call = "exec 3<>/dev/tcp/" + kThere + "/7000";
  Program client = world.start(
      kHere, {"strace", "-qq", "-o", "/dev/stdout", "-e",
              "trace=bind,setsockopt,getsockopt,connect", "bash", "-c", call + "; " + call});
  const std::string trace = client.finish();
  INFO(trace);
  CHECK(client.status() == 0);
  // The look at the wildcard, and the calls. On some machines bash asks nscd for its user besides.
  const auto count = [&](const std::string& text) {
    size_t found = 0;
    for (size_t at = 0; (at = trace.find(text, at)) != trace.npos; ++at) ++found;
    return found;
  };
  CHECK(count("bind(") == 1);
  CHECK(count("0.0.0.0") == 1);
  CHECK(count("sa_family=AF_INET") == 3);
  CHECK(count("sockopt(") == 0);
}

}  // namespace
}  // namespace pleat::test
