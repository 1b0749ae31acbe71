// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/node_cgroups.hh"

#include <cstring>

#include "identity/first_timeout.hh"
#include "identity/programs.hh"
#include "launcher/lab/tcp_times.hh"

namespace pleat {

namespace {

// Both are in network byte order.
template <typename Field>
void copy_to(Field& field, const Address& address) {
  std::memcpy(&field, address.bytes().data(), sizeof field);
}

}  // namespace

node_addresses addresses_of(const Plan& plan, uint32_t index) {
  const PlanNode& node = plan.nodes[index];
  node_addresses addresses{};
  addresses.node = index;
  if (node.ipv4) copy_to(addresses.ip4, *node.ipv4);
  if (node.ipv6) copy_to(addresses.ip6, *node.ipv6);
  copy_to(addresses.loopback4, own_loopback(Family::kIpv4, node.tail()));
  copy_to(addresses.loopback6, own_loopback(Family::kIpv6, node.tail()));
  return addresses;
}

NodeCgroups::NodeCgroups(const Plan& plan) {
  if (!uses_cgroups(plan.identity)) return;
  CgroupPrograms programs(plan.nodes.size());
  cgroup_.emplace();
  // Before there are nodes: what is attached later, the kernel adds to each cgroup one by one.
  programs.attach(cgroup_->fd());
  if (plan.dilation.slows()) set_first_timeout(cgroup_->fd(), first_timeout(plan.dilation));
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    programs.add(cgroup_->make_node(i), addresses_of(plan, i));
  }
  made_ = CgroupsOfLab{.folder = cgroup_->folder().string(), .drops_map = programs.drops_map()};
}

void NodeCgroups::let_go() {
  if (cgroup_) cgroup_->let_go();
}

}  // namespace pleat
