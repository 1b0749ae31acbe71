// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/probe_nodes.hh"

#include "launcher/verdict/smallest_delay.hh"

namespace pleat {
namespace {

constexpr uint32_t kNodes = 2;
constexpr unsigned kLength = 30;  // of a prefix for two nodes
constexpr uint32_t kSize = 4;     // addresses in it

// Where nodes have IPv6 only: a unique local prefix beside kLoopback6, and the end of the block
// that the model gives tails from.
constexpr std::string_view kPrefix6 = "fd50:6c65:6175::/96";
constexpr uint32_t kLastTail = (uint32_t{1} << 24) - 1;

uint32_t last_address(const Prefix& prefix) {
  const uint64_t size = uint64_t{1} << prefix.host_bits();
  return static_cast<uint32_t>(prefix.base().tail() + size - 1);
}

PlanGroup make_group(const Plan& plan, uint32_t last, Duration delay) {
  PlanGroup group;
  group.name = kProbeGroup;
  group.prefix = Prefix(Address::ipv4(last - (kSize - 1)), kLength);
  // All of the delay on the way out: whoever comes from elsewhere has it between the groups.
  group.up.delay = delay;
  group.first_node = static_cast<uint32_t>(plan.nodes.size());
  group.nodes = kNodes;
  group.ipv4 = plan.network.has_value();
  if (!group.ipv4) group.prefix6 = Prefix::parse(kPrefix6);
  return group;
}

PlanNode make_node(const PlanGroup& group, uint32_t index, uint32_t number) {
  PlanNode node;
  node.name = "pleat-probe-" + std::to_string(number);
  const Address ipv4 = group.prefix.node_address(number - 1);
  if (group.ipv4) {
    node.ipv4 = ipv4;
  } else {
    node.ipv6 = group.prefix6->base().with_tail(ipv4.tail());
  }
  node.group = index;
  node.number = number;
  return node;
}

std::vector<Duration> with_another(const Plan& plan, Duration to_others) {
  const auto before = static_cast<uint32_t>(plan.groups.size());
  std::vector<Duration> latency;
  for (uint32_t from = 0; from < before; ++from) {
    for (uint32_t to = 0; to < before; ++to) latency.push_back(plan.latency_between(from, to));
    latency.push_back(to_others);
  }
  latency.insert(latency.end(), before, to_others);
  latency.push_back(Duration(0));
  return latency;
}

}  // namespace

std::optional<std::string> add_probe_nodes(Plan& plan) {
  if (plan.network && plan.network->host_bits() < 32 - kLength) {
    return "the prefix " + plan.network->text() + " has no room for two more";
  }
  const uint32_t last = plan.network ? last_address(*plan.network) : kLastTail;
  const Duration delay = smallest_delay(plan);
  const PlanGroup group = make_group(plan, last, delay);
  for (const PlanGroup& other : plan.groups) {
    if (other.prefix.overlaps(group.prefix)) {
      return "the last addresses of the network belong to group " + other.name +
             "; with a smaller prefix it would leave some";
    }
  }
  plan.latency = with_another(plan, delay);
  const auto index = static_cast<uint32_t>(plan.groups.size());
  plan.groups.push_back(group);
  for (uint32_t number = 1; number <= kNodes; ++number) {
    plan.nodes.push_back(make_node(group, index, number));
  }
  return std::nullopt;
}

std::optional<ProbeNodes> probe_nodes(const Plan& plan) {
  if (plan.groups.empty()) return std::nullopt;
  const PlanGroup& group = plan.groups.back();
  if (group.name != kProbeGroup || group.nodes != kNodes) return std::nullopt;
  return ProbeNodes{.from = plan.nodes[group.first_node].address(),
                    .to = plan.nodes[group.first_node + 1].address(),
                    .round_trip = 2 * group.up.delay};
}

}  // namespace pleat
