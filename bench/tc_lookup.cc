// SPDX-License-Identifier: Apache-2.0
// How much longer does a packet take where the kernel has to find its nodes' rules among those of
// many? With the back end `tc`, whose filters are hashed, and with one filter per node in a list,
// as firewalls have them: the question of figure 7 of the P2PLab paper. UDP packets between nodes,
// through uplink and downlink, from the call of send() until they can be received.
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "bench/lab.hh"
#include "bench/node_counts.hh"
#include "bench/samples.hh"
#include "shaper/tc/install.hh"
#include "shaper/tc/tc_network.hh"
#include "sys/clock.hh"
#include "sys/error.hh"

namespace pleat::bench {
namespace {

constexpr int kRounds = 100;
constexpr int kBurst = 40;  // packets; the next burst follows when all have arrived
constexpr double kTarget = 1.10;

// ---- a list instead of hash tables ----

constexpr tc::Bucket kRoot{tc::kRootTable, 0};

// u32 numbers the filters of one list with 12 bits. A longer one goes on in the only list that is
// used of a further table: all addresses here have the same second byte, 0.
constexpr uint32_t kMostInList = 4'000;
constexpr unsigned kSecondByte = 1;

bool is_in_block(const tc::Operation& operation, uint32_t block) {
  if (const auto* table = std::get_if<tc::AddTable>(&operation)) {
    return table->holder.block == block;
  }
  const auto* filter = std::get_if<tc::AddFilter>(&operation);
  return filter != nullptr && filter->holder.block == block;
}

void append_list(tc::Operations& operations, uint32_t block, tc::AddressField field,
                 const Plan& plan, const std::vector<tc::AccessLane>& lanes) {
  tc::Bucket bucket = kRoot;
  uint32_t in_list = 0;
  for (const tc::AccessLane& lane : lanes) {
    for (uint32_t node = lane.first_node; node < lane.first_node + lane.nodes; ++node) {
      if (in_list++ == kMostInList) {
        in_list = 1;
        bucket = {static_cast<uint16_t>(bucket.table == kRoot.table ? 1 : bucket.table + 1), 0};
        operations.push_back(tc::AddTable{{.block = block}, Family::kIpv4, bucket.table});
        operations.push_back(tc::AddFilter{{.block = block},
                                           Family::kIpv4,
                                           kRoot,
                                           {{field, *plan.network}},
                                           tc::HashInto{bucket.table, field, kSecondByte}});
      }
      const Prefix address(plan.nodes[node].address(), 32);
      operations.push_back(tc::AddFilter{
          {.block = block}, Family::kIpv4, bucket, {{field, address}}, tc::Redirect{lane.name}});
    }
  }
}

enum class Lookup { kNone, kHashed, kList };

// The network of network_operations(). With lists, nodes are looked for in one where packets come
// in, and in another where they have left the uplinks. Without any lookup, packets pass lo only.
tc::Operations operations_of(const Plan& plan, Lookup lookup) {
  if (lookup == Lookup::kNone) {
    return {tc::SetLoopback{"02:00:00:00:00:01", 0},
            tc::AddLocalRoute{*plan.network, Address::parse("127.0.0.1"), plan.mtu}};
  }
  // Not every kernel has netem, and it has nothing to do with the question.
  const tc::Layout layout = tc::make_layout(plan, {.delays = false});
  tc::Operations operations = tc::network_operations(plan, layout);
  if (lookup == Lookup::kHashed) return operations;
  constexpr uint32_t kFromNodes = 1, kToNodes = 3;  // the blocks' numbers in tc_network.cc
  const size_t before = operations.size();
  std::erase_if(operations, [](const tc::Operation& operation) {
    return is_in_block(operation, kFromNodes) || is_in_block(operation, kToNodes);
  });
  if (operations.size() == before) throw SystemError("find", "the filters to replace", 0);
  append_list(operations, kFromNodes, tc::AddressField::kSource, plan, layout.up);
  append_list(operations, kToNodes, tc::AddressField::kDestination, plan, layout.down);
  return operations;
}

// ---- packets ----

Fd udp_socket(uint32_t address, in_port_t port) {
  Fd fd(check_call(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "create", "a socket"));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(address);
  check_call(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), "bind to",
             "a node's address");
  return fd;
}

// UDP sockets of some pairs of nodes, in the current network namespace.
class Conversation {
 public:
  Conversation(const std::vector<Ends>& pairs, in_port_t port)
      : receiver_(udp_socket(INADDR_ANY, port)) {
    for (const auto& [from, to] : pairs) {
      senders_.push_back(udp_socket(from, 0));
      sockaddr_in name{};
      name.sin_family = AF_INET;
      name.sin_port = htons(port);
      name.sin_addr.s_addr = htonl(to);
      check_call(
          ::connect(senders_.back().get(), reinterpret_cast<const sockaddr*>(&name), sizeof name),
          "connect to", "a node's address");
    }
  }

  double nanoseconds_per_packet(int bursts) {
    burst();  // brings what it needs into the caches again
    const Duration begun = monotonic_now();
    for (int i = 0; i < bursts; ++i) burst();
    return static_cast<double>((monotonic_now() - begun).count()) / (bursts * kBurst);
  }

 private:
  void burst() {
    char payload[72] = {};
    for (int i = 0; i < kBurst; ++i) {
      const Fd& sender = senders_[static_cast<size_t>(i) % senders_.size()];
      check_call(::send(sender.get(), payload, sizeof payload, 0), "send", "a packet");
    }
    for (int i = 0; i < kBurst; ++i) {
      pollfd readable{receiver_.get(), POLLIN, 0};
      if (::poll(&readable, 1, 1000) != 1) {
        throw SystemError("receive", "every packet that was sent", 0);
      }
      check_call(::recv(receiver_.get(), payload, sizeof payload, 0), "receive", "a packet");
    }
  }

  Fd receiver_;
  std::vector<Fd> senders_;
};

std::vector<Ends> ten_pairs(const Plan& plan) {
  Traffic traffic(plan, Talk::kEveryNode);
  std::vector<Ends> pairs;
  for (int i = 0; i < 10; ++i) pairs.push_back(traffic.next());
  return pairs;
}

// What a list finds last.
std::vector<Ends> last_pair(const Plan& plan) {
  const uint32_t last = plan.nodes.back().tail();
  return {{last - 1, last}};
}

struct Case {
  std::string lookup;
  uint32_t nodes;
  Conversation talk;
  int bursts;
  size_t compared_to;  // the index of the case with the fewest nodes
  Samples nanoseconds{}, ratios{};
};

class Cases {
 public:
  void add(Lookup lookup, const std::vector<uint32_t>& node_counts) {
    const std::string name = lookup == Lookup::kNone     ? "none: bare loopback"
                             : lookup == Lookup::kHashed ? "hashed"
                                                         : "list";
    const int bursts = lookup == Lookup::kList ? 1 : 5;
    const size_t first = cases_.size();
    for (const uint32_t nodes : node_counts) {
      const Plan plan = plan_of_homes(nodes, kAccessLink);
      // The sockets keep the namespace.
      check_call(::unshare(CLONE_NEWNET), "create a network namespace");
      tc::install(operations_of(plan, lookup));
      cases_.push_back(
          {name + ", ten pairs", nodes, Conversation(ten_pairs(plan), 5000), bursts, first});
      if (lookup == Lookup::kNone) continue;
      cases_.push_back(
          {name + ", the last two", nodes, Conversation(last_pair(plan), 5001), bursts, first + 1});
    }
  }

  void measure() {
    for (int round = -1; round < kRounds; ++round) {
      std::vector<double> now;
      for (Case& one : cases_) now.push_back(one.talk.nanoseconds_per_packet(one.bursts));
      if (round < 0) continue;  // warm-up
      for (size_t i = 0; i < cases_.size(); ++i) {
        cases_[i].nanoseconds.add(now[i]);
        cases_[i].ratios.add(now[i] / now[cases_[i].compared_to]);
      }
    }
  }

  void tell() {
    std::vector<std::vector<std::string>> rows{
        {"lookup", "nodes", "ns", "ratio", "quartiles", "target"}};
    std::stable_sort(cases_.begin(), cases_.end(),
                     [](const Case& a, const Case& b) { return a.compared_to < b.compared_to; });
    for (const Case& one : cases_) {
      const double ratio = one.ratios.median();
      const bool is_first = one.ratios.least() == 1 && one.ratios.most() == 1;
      const bool is_judged = one.lookup.starts_with("hashed") && one.nodes == kNodeCounts.back();
      rows.push_back({one.lookup, std::to_string(one.nodes), number(one.nanoseconds.median(), 0),
                      is_first ? "1" : number(ratio, 2), is_first ? "" : quartiles(one.ratios, 2),
                      is_judged ? at_most(kTarget, ratio, 2) : ""});
    }
    print("time per packet in the kernel, " + std::to_string(kRounds) + " rounds", rows);
  }

 private:
  std::vector<Case> cases_;
};

void measure() {
  Cases cases;
  cases.add(Lookup::kNone, {kNodeCounts.front()});
  cases.add(Lookup::kHashed, {kNodeCounts.begin(), kNodeCounts.end()});
  cases.add(Lookup::kList, {10, 200, 1'000, 10'000});
  cases.measure();
  cases.tell();
}

}  // namespace
}  // namespace pleat::bench

int main() { return pleat::bench::in_new_namespaces(pleat::bench::measure); }
