// SPDX-License-Identifier: Apache-2.0
// How much of a processor does the engine's thread take per packet, with few nodes configured and
// with many? UDP packets of 100 bytes through the TUN device; its time includes what the kernel
// does for reading and writing them.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <vector>

#include "bench/lab.hh"
#include "bench/node_counts.hh"
#include "sys/error.hh"

namespace pleat::bench {
namespace {

constexpr int kRounds = 200;
constexpr int kBursts = 5;   // in a round
constexpr int kBurst = 250;  // packets; the next burst follows when all have arrived
constexpr double kTarget = 1.10;
constexpr in_port_t kPort = 5000;

// One socket for all nodes: it sends from whichever address it is told and hears of all of them.
// So the kernel's part is the same for any number of nodes.
class EveryNodesSocket {
 public:
  EveryNodesSocket()
      : fd_(check_call(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "create", "a socket")) {
    const int bytes = 8 << 20;
    check_call(::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), "set",
               "SO_RCVBUF");
    const sockaddr_in name = name_of(INADDR_ANY);
    check_call(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), "bind to",
               "all addresses");
  }

  void send(Ends ends) const {
    sockaddr_in to = name_of(ends.to);
    char payload[72] = {};
    iovec data{payload, sizeof payload};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(in_pktinfo))] = {};
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = IPPROTO_IP;
    header->cmsg_type = IP_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo source{};
    source.ipi_spec_dst.s_addr = htonl(ends.from);
    std::memcpy(CMSG_DATA(header), &source, sizeof source);
    check_call(::sendmsg(fd_.get(), &message, 0), "send", "a packet");
  }

  // False if none comes within a second.
  bool receive() const {
    pollfd readable{fd_.get(), POLLIN, 0};
    if (::poll(&readable, 1, 1000) == 0) return false;
    char payload[128];
    return ::recv(fd_.get(), payload, sizeof payload, 0) > 0;
  }

 private:
  static sockaddr_in name_of(uint32_t address) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(kPort);
    name.sin_addr.s_addr = htonl(address);
    return name;
  }

  Fd fd_;
};

class Driver {
 public:
  Driver(uint32_t nodes, Talk talk)
      : lab_(plan_of_homes(nodes, kAccessLink)), traffic_(lab_.plan(), talk) {}

  double nanoseconds_per_packet() {
    const Duration before = lab_.engine().stats().cpu_time;
    for (int burst = 0; burst < kBursts; ++burst) {
      for (int i = 0; i < kBurst; ++i) socket_.send(traffic_.next());
      for (int i = 0; i < kBurst; ++i) {
        if (!socket_.receive()) throw SystemError("receive", "every packet that was sent", 0);
      }
    }
    const Duration spent = lab_.engine().stats().cpu_time - before;
    return static_cast<double>(spent.count()) / (kBursts * kBurst);
  }

 private:
  Lab lab_;
  EveryNodesSocket socket_;  // in the lab's network namespace
  Traffic traffic_;
};

void measure(const std::string& who, Talk talk, double target) {
  std::vector<std::unique_ptr<Driver>> drivers;
  for (const uint32_t nodes : kNodeCounts) drivers.push_back(std::make_unique<Driver>(nodes, talk));
  compare_node_counts("engine CPU per packet, " + who, kRounds, target,
                      [&](size_t i) { return drivers[i]->nanoseconds_per_packet(); });
}

void measure_all() {
  measure("ten pairs talk", Talk::kTenPairs, kTarget);
  measure("every node talks", Talk::kEveryNode, 0);
}

}  // namespace
}  // namespace pleat::bench

int main() { return pleat::bench::in_new_namespaces(pleat::bench::measure_all); }
