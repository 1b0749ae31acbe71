// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/tc_network.hh"

#include <algorithm>

#include "shaper/tc/filter_tree.hh"
#include "shaper/tc/sizes.hh"

namespace pleat::tc {
namespace {

// Locally administered, as all that begin with 02.
const std::string kMac = "02:00:00:00:00:01";

constexpr uint32_t kEthernetHeader = 14;

constexpr Bucket kRoot{kRootTable, 0};

constexpr std::string_view kMulticast6 = "ff00::/8";
const AddressMatch kToAnybody6{AddressField::kDestination, Prefix::parse("::/0")};

bool limits_anything(const PipeProfile& pipe) {
  return !pipe.rate.unlimited() || pipe.loss.value > 0;
}

bool limits_anything(const Plan& plan) {
  return std::any_of(plan.groups.begin(), plan.groups.end(), [](const PlanGroup& group) {
    return limits_anything(group.up) || limits_anything(group.down);
  });
}

class Builder {
 public:
  Builder(const Plan& plan, const Layout& layout)
      : plan_(plan), layout_(layout), prefixes6_(plan.prefixes6()) {}

  Operations build() {
    prepare();
    add_lanes();
    add(AddQdisc{kStrayLink, 0, Blackhole{}});
    add(AddQdisc{kDeadLink, 0, Blackhole{}});
    for (const AccessLane& lane : layout_.up) shape(lane, &PlanGroup::up, AddressField::kSource);
    for (const PathLane& lane : layout_.paths) shape(lane);
    for (const AccessLane& lane : layout_.down) {
      shape(lane, &PlanGroup::down, AddressField::kDestination);
    }
    lead_from_nodes();
    lead_from_uplinks();
    lead_from_paths();
    return std::move(operations_);
  }

 private:
  void add(Operation operation) { operations_.push_back(std::move(operation)); }

  void prepare() {
    // Packets come in with source addresses that are our own.
    add(SetSysctl{"net.ipv4.conf.all.accept_local", "1"});
    add(SetSysctl{"net.ipv4.conf.all.rp_filter", "0"});
    add(SetSysctl{"net.ipv4.conf.default.rp_filter", "0"});
    // No router solicitations into the lanes.
    add(SetSysctl{"net.ipv6.conf.default.disable_ipv6", "1", !ipv6()});
    if (ipv6()) {
      // Nor any from where IPv6 has to be on: for want of an address to send from
      // (IN6_ADDR_GEN_MODE_ NONE).
      add(SetSysctl{"net.ipv6.conf.default.addr_gen_mode", "1"});
      add(SetSysctl{"net.ipv6.conf.default.accept_ra", "0"});
      add(SetSysctl{"net.ipv6.conf.lo.disable_ipv6", "0"});
      // In IPv6 an address of a local route cannot be bound otherwise.
      add(SetSysctl{"net.ipv6.ip_nonlocal_bind", "1"});
    }
    add(SetLoopback{kMac, limits_anything(plan_) ? 1U : 0U});
    if (plan_.network) {
      add(AddLocalRoute{*plan_.network, Address::parse("127.0.0.1"), plan_.mtu});
    }
    if (ipv6()) add(AddLocalRoute{Prefix::parse(kLoopback6), std::nullopt, 0});
    for (const Prefix& prefix : prefixes6_) {
      add(AddLocalRoute{prefix, Address::parse("::1"), plan_.mtu});
    }
  }

  void add_lanes() {
    std::vector<std::string> names;
    for (const AccessLane& lane : layout_.up) names.push_back(lane.name);
    for (const PathLane& lane : layout_.paths) names.push_back(lane.name);
    for (const AccessLane& lane : layout_.down) names.push_back(lane.name);
    names.push_back(kStrayLink);
    names.push_back(kDeadLink);
    for (const std::string& name : names) add(AddPair{name, far_end(name), kMac, plan_.mtu});
    for (const AccessLane& lane : layout_.down) {
      if (ipv6()) add(SetSysctl{"net.ipv6.conf." + far_end(lane.name) + ".disable_ipv6", "0"});
    }
    for (const std::string& name : names) {
      add(SetUp{name, name != kDeadLink});
      add(SetUp{far_end(name)});
    }
    lead_nowhere();
  }

  // The rest of the Internet: as at home nobody is refused before a packet is sent, and what is
  // sent gets no answer. Groups and broadcasts stay without a route.
  void lead_nowhere() {
    if (plan_.network) {
      add(AddDefaultRoute{Family::kIpv4, kDeadLink});
      for (const std::string_view prefix : kManyReceivers) {
        add(AddThrowRoute{Prefix::parse(prefix)});
      }
    }
    if (!ipv6()) return;
    add(SetSysctl{"net.ipv6.conf." + std::string(kDeadLink) + ".disable_ipv6", "0"});
    add(AddDefaultRoute{Family::kIpv6, kDeadLink});
  }

  // ---- stages ----

  void shape(const AccessLane& lane, PipeProfile PlanGroup::*direction, AddressField field) {
    // Rates are of IP packets; what the device sees has an Ethernet header more.
    const uint32_t left_out = kEthernetHeader - header_counted(plan_);
    add(AddQdisc{lane.name, 0, Htb{kNoNodesClass, -static_cast<int>(left_out)}});
    std::vector<Branch> branches, branches6;
    for (uint32_t node = lane.first_node; node < lane.first_node + lane.nodes; ++node) {
      const PlanNode& of = plan_.nodes[node];
      const uint16_t minor = class_minor(lane, node);
      add_access_link(lane.name, minor, plan_.groups[of.group].*direction);
      const Branch branch{Prefix(Address::ipv4(of.tail()), 32), minor};
      if (of.ipv4) branches.push_back(branch);
      if (of.ipv6) branches6.push_back(branch);
    }
    add_class(lane.name, kNoNodesClass, Rate{8'000});  // nothing ever leaves it, at any rate
    add(AddQdisc{lane.name, kNoNodesClass, Blackhole{}});
    FilterTree tree(operations_, {.link = lane.name});
    tree.find(kRoot, {}, field, branches, [&](Bucket bucket, auto matches, const Branch& branch) {
      tree.add(bucket, std::move(matches), ToClass{static_cast<uint16_t>(branch.number)});
    });
    FilterTree tree6 = tree.for_ipv6();
    tree6.find(kRoot, {}, field, branches6, [&](Bucket bucket, auto matches, const Branch& branch) {
      const PlanNode& node = plan_.nodes[lane.first_node + branch.number - 1];
      matches.back() = {field, Prefix(*node.ipv6, 128)};
      tree6.add(bucket, std::move(matches), ToClass{static_cast<uint16_t>(branch.number)});
    });
  }

  void add_access_link(const std::string& link, uint16_t minor, const PipeProfile& pipe) {
    add_class(link, minor, pipe.rate);
    if (const auto fifo = queue(pipe.rate, pipe.queue)) {
      std::visit([&](const auto& kind) { add(AddQdisc{link, minor, kind}); }, *fifo);
    }
  }

  void add_class(const std::string& link, uint16_t minor, Rate rate) {
    add(AddClass{link, minor, htb_rate(rate), htb_burst(rate), plan_.mtu + kEthernetHeader});
  }

  void shape(const PathLane& lane) {
    if (lane.does_nothing()) return;
    add(AddQdisc{lane.name, 0, Netem{lane.delay, lane.loss, lane.limit}});
  }

  // ---- from stage to stage ----

  void lead_from_nodes() {
    add(AddQdisc{"lo", 0, Ingress{kFromNodes}});
    FilterTree tree(operations_, {.block = kFromNodes});
    if (plan_.network) {
      const AddressMatch to_network{AddressField::kDestination, *plan_.network};
      leave_alone_to_themselves(tree, &PlanNode::ipv4);
      lead_to(tree, layout_.up, &AccessLane::blocks, {to_network}, AddressField::kSource);
      tree.add(kRoot, {to_network}, Redirect{kStrayLink});
    }
    if (!ipv6()) return;
    FilterTree tree6 = tree.for_ipv6();
    for (const std::string_view own : {std::string_view("::1/128"), kLoopback6, kMulticast6}) {
      tree6.add(kRoot, {{AddressField::kDestination, Prefix::parse(own)}}, LeaveAlone{});
    }
    leave_alone_to_themselves(tree6, &PlanNode::ipv6);
    lead_to(tree6, layout_.up, &AccessLane::blocks6, {}, AddressField::kSource);
    tree6.add(kRoot, {kToAnybody6}, Redirect{kStrayLink});
  }

  // What a node sends to its own address does not leave it.
  void leave_alone_to_themselves(FilterTree& tree, std::optional<Address> PlanNode::*address) {
    std::vector<Branch> branches;
    for (uint32_t i = 0; i < plan_.nodes.size(); ++i) {
      const PlanNode& node = plan_.nodes[i];
      if (node.*address) branches.push_back({Prefix(Address::ipv4(node.tail()), 32), i});
    }
    tree.find(kRoot, {}, AddressField::kSource, branches,
              [&](Bucket bucket, auto matches, const Branch& branch) {
                const Address& own = *(plan_.nodes[branch.number].*address);
                const Prefix only(own, own.family() == Family::kIpv4 ? 32 : 128);
                matches.back() = {AddressField::kSource, only};
                matches.push_back({AddressField::kDestination, only});
                tree.add(bucket, std::move(matches), LeaveAlone{});
              });
  }

  void lead_from_uplinks() {
    if (layout_.paths.empty()) return;
    for (const AccessLane& lane : layout_.up) {
      add(AddQdisc{far_end(lane.name), 0, Ingress{kFromUplinks}});
    }
    std::vector<Branch> groups, groups6;
    for (uint32_t i = 0; i < plan_.groups.size(); ++i) {
      const PlanGroup& group = plan_.groups[i];
      if (group.ipv4) groups.push_back({group.prefix, i});
      if (group.prefix6) groups6.push_back({group.prefix, i});
    }
    FilterTree tree(operations_, {.block = kFromUplinks});
    lead_to_paths(tree, groups);
    if (plan_.network) tree.add(kRoot, {to_anybody()}, Redirect{kDeadLink});
    if (!ipv6()) return;
    FilterTree tree6 = tree.for_ipv6();
    lead_to_paths(tree6, groups6);
    tree6.add(kRoot, {kToAnybody6}, Redirect{kDeadLink});
  }

  void lead_to_paths(FilterTree& tree, const std::vector<Branch>& groups) {
    tree.find(kRoot, {}, AddressField::kSource, groups,
              [&](Bucket at_source, auto source, const Branch& from) {
                tree.find(at_source, std::move(source), AddressField::kDestination, groups,
                          [&](Bucket bucket, auto matches, const Branch& to) {
                            const uint32_t path =
                                layout_.path_of[from.number * plan_.groups.size() + to.number];
                            tree.add(bucket, std::move(matches),
                                     Redirect{layout_.paths[path].name});
                          });
              });
  }

  void lead_from_paths() {
    const auto enter = [&](const std::string& lane) {
      add(AddQdisc{far_end(lane), 0, Ingress{kFromPaths}});
    };
    for (const PathLane& lane : layout_.paths) enter(lane.name);
    if (layout_.paths.empty()) {
      for (const AccessLane& lane : layout_.up) enter(lane.name);
    }
    FilterTree tree(operations_, {.block = kFromPaths});
    lead_to(tree, layout_.down, &AccessLane::blocks, {}, AddressField::kDestination);
    if (plan_.network) tree.add(kRoot, {to_anybody()}, Redirect{kDeadLink});
    if (!ipv6()) return;
    FilterTree tree6 = tree.for_ipv6();
    lead_to(tree6, layout_.down, &AccessLane::blocks6, {}, AddressField::kDestination);
    tree6.add(kRoot, {kToAnybody6}, Redirect{kDeadLink});
  }

  AddressMatch to_anybody() const { return {AddressField::kDestination, *plan_.network}; }

  void lead_to(FilterTree& tree, const std::vector<AccessLane>& lanes,
               std::vector<Prefix> AccessLane::*blocks_of, std::vector<AddressMatch> matches,
               AddressField field) {
    std::vector<Branch> blocks;
    for (uint32_t i = 0; i < lanes.size(); ++i) {
      for (const Prefix& block : lanes[i].*blocks_of) blocks.push_back({block, i});
    }
    tree.find(kRoot, std::move(matches), field, blocks,
              [&](Bucket bucket, auto all_matches, const Branch& branch) {
                tree.add(bucket, std::move(all_matches), Redirect{lanes[branch.number].name});
              });
  }

  bool ipv6() const { return !prefixes6_.empty(); }

  const Plan& plan_;
  const Layout& layout_;
  const std::vector<Prefix> prefixes6_;
  Operations operations_;
};

}  // namespace

uint32_t header_counted(const Plan& plan) { return limits_anything(plan) ? 0 : kEthernetHeader; }

Operations network_operations(const Plan& plan, const Layout& layout) {
  return Builder(plan, layout).build();
}

}  // namespace pleat::tc
