// SPDX-License-Identifier: Apache-2.0
#include <netinet/ip_icmp.h>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

// Sends an echo request to the host's kernel and says who answers.
void ping(int fd, const std::string& ip) {
  icmphdr request{};
  request.type = ICMP_ECHO;
  const Address to(ip, 0);
  must(static_cast<int>(sendto(fd, &request, sizeof request, 0, to.get(), to.length)), "sendto");
  icmphdr reply{};
  Address from;
  must(static_cast<int>(recvfrom(fd, &reply, sizeof reply, 0, from.get(), &from.length)),
       "recvfrom");
  say("reply of type %d from %s", reply.type, from.ip().c_str());
}

int open_ping_socket() { return open_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); }

PLEAT_CASE(icmp_ping) {
  const int fd = open_ping_socket();
  say("new: %s", own_name(fd).text().c_str());
  ping(fd, there);
  ping(fd, here);
}

PLEAT_CASE(icmp_ping_on_loopback) { ping(open_ping_socket(), "127.0.0.1"); }

PLEAT_CASE(icmp_ping_from_an_address) {
  const int fd = open_ping_socket();
  bind_to(fd, here, 77);
  say("%s", own_name(fd).text().c_str());
  ping(fd, there);
}

PLEAT_CASE(icmp_ping_connected) {
  const int fd = open_ping_socket();
  connect_to(fd, there, 0);
  say("%s", own_name(fd).ip().c_str());
  ping(fd, there);
}

}  // namespace
}  // namespace pleat::cases
