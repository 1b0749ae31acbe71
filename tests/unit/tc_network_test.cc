// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/tc_network.hh"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "model/load_plan.hh"
#include "shaper/tc/sizes.hh"
#include "sys/error.hh"
#include "tests/unit/shaper_seed.hh"
#include "tests/unit/tc_walk.hh"

using namespace pleat;
using namespace pleat::tc;
using namespace std::chrono_literals;
using pleat::tc::test::Filters;
using pleat::tc::test::Packet;

namespace {

Plan plan_of(const std::string& groups) {
  return load_plan(
             "[experiment]\nname = \"n\"\nduration = \"1s\"\n[network]\nprefix = \"10.0.0.0/8\"\n" +
                 groups,
             "n.toml")
      .plan;
}

const std::string kThreeGroups = R"(
[[group]]
name = "modem"
prefix = "10.1.1.0/24"
nodes = 250
up = "33.6kbit"
down = "56kbit"
delay = "100ms"
[[group]]
name = "small"
prefix = "10.1.2.128/29"
nodes = 5
up = "1Mbit"
loss_down = "10%"
[[group]]
name = "lan"
prefix = "10.2.0.0/16"
nodes = 700
[[latency]]
between = ["10.1.0.0/16", "10.2.0.0/16"]
delay = "40ms"
)";

// Follows packets through a plan's operations.
class Way {
 public:
  explicit Way(const Plan& plan, const LayoutOptions& options = {})
      : layout_(make_layout(plan, options)),
        operations_(network_operations(plan, layout_)),
        from_nodes_(operations_, {.link = {}, .block = 1}),
        from_uplinks_(operations_, {.link = {}, .block = 2}),
        from_paths_(operations_, {.link = {}, .block = 3}) {}

  const Layout& layout() const { return layout_; }
  const Operations& operations() const { return operations_; }

  struct Passed {
    std::optional<uint32_t> uplink, downlink;  // of which node
    std::optional<PathLane> path;
    std::string end;  // the last device
  };

  Passed follow(const Packet& packet) const {
    Passed passed;
    passed.end = redirected(from_nodes_, packet);
    if (!enter(layout_.up, packet, passed.end, passed.uplink)) return passed;
    if (!layout_.paths.empty()) {
      passed.end = redirected(from_uplinks_, packet);
      const auto is_it = [&](const PathLane& lane) { return lane.name == passed.end; };
      const auto lane = std::find_if(layout_.paths.begin(), layout_.paths.end(), is_it);
      if (lane == layout_.paths.end()) return passed;
      passed.path = *lane;
    }
    passed.end = redirected(from_paths_, packet);
    enter(layout_.down, packet, passed.end, passed.downlink);
    return passed;
  }

 private:
  static std::string redirected(const Filters& filters, const Packet& packet) {
    const auto found = filters.walk(packet);
    if (!found.target || std::holds_alternative<LeaveAlone>(*found.target)) return "nowhere";
    return std::get<Redirect>(*found.target).link;
  }

  // Whether it is a node's.
  bool enter(const std::vector<AccessLane>& lanes, const Packet& packet, const std::string& name,
             std::optional<uint32_t>& node) const {
    for (const AccessLane& lane : lanes) {
      if (lane.name != name) continue;
      const auto found = Filters(operations_, {.link = name}).walk(packet);
      if (found.target) node = lane.first_node + std::get<ToClass>(*found.target).minor - 1U;
    }
    return node.has_value();
  }

  Layout layout_;
  Operations operations_;
  Filters from_nodes_, from_uplinks_, from_paths_;
};

template <typename Kind>
const AddQdisc* qdisc_of(const Operations& operations, const std::string& link, uint16_t parent) {
  for (const Operation& operation : operations) {
    const auto* add = std::get_if<AddQdisc>(&operation);
    if (add != nullptr && add->link == link && add->parent_minor == parent &&
        std::holds_alternative<Kind>(add->kind)) {
      return add;
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a packet passes its sender's uplink, their path, and its receiver's downlink") {
  const Plan plan = plan_of(kThreeGroups);
  const Way way(plan);
  std::mt19937_64 random(pleat::test::Seed().value);
  for (int i = 0; i < 500; ++i) {
    const auto a = static_cast<uint32_t>(random() % plan.nodes.size());
    const auto b = static_cast<uint32_t>(random() % plan.nodes.size());
    const PlanGroup& from = plan.groups[plan.nodes[a].group];
    const PlanGroup& to = plan.groups[plan.nodes[b].group];
    const auto passed = way.follow({plan.nodes[a].address(), plan.nodes[b].address()});
    if (a == b) continue;  // the next test's
    REQUIRE(passed.uplink == a);
    REQUIRE(passed.downlink == b);
    REQUIRE(passed.path);
    CHECK(passed.path->delay == from.up.delay +
                                    plan.latency_between(plan.nodes[a].group, plan.nodes[b].group) +
                                    to.down.delay);
    CHECK(passed.path->loss == to.down.loss);
  }
}

TEST_CASE("what a node sends to its own address does not leave it") {
  const Plan plan = plan_of(kThreeGroups);
  const Way way(plan);
  for (const PlanNode& node : plan.nodes) {
    CHECK(way.follow({node.address(), node.address()}).end == "nowhere");
  }
}

TEST_CASE("packets from and to addresses of no node end in drains, not at anybody") {
  const Plan plan = plan_of(kThreeGroups);
  const Way way(plan);
  const Address node = plan.nodes[0].address();
  CHECK(way.follow({Address::parse("127.0.0.1"), node}).end == kStrayLink);
  CHECK(way.follow({Address::parse("10.9.0.1"), node}).end == kStrayLink);
  // In a block of addresses with nodes, but none of them.
  const auto neighbour = way.follow({Address::parse("10.1.1.251"), node});
  CHECK(neighbour.end == "up0");
  CHECK(!neighbour.uplink);
  CHECK(way.follow({node, Address::parse("10.9.0.1")}).end == kDeadLink);
  CHECK(way.follow({node, Address::parse("10.1.2.1")}).end == kDeadLink);
  CHECK(!way.follow({node, Address::parse("10.1.1.252")}).downlink);
  // What is for nobody in the network stays where it is: a node's own loopback, for example.
  CHECK(way.follow({node, Address::parse("127.0.0.1")}).end == "nowhere");
}

TEST_CASE("lanes hold at most as many nodes as they may, whole blocks of addresses each") {
  const Plan plan = plan_of(kThreeGroups);
  const Layout layout = make_layout(plan, {.nodes_in_lane = 300});
  uint32_t next = 0;
  for (const AccessLane& lane : layout.up) {
    CHECK(lane.first_node == next);
    CHECK(lane.nodes <= 300);
    next += lane.nodes;
  }
  CHECK(next == plan.nodes.size());
  CHECK(layout.up.size() == 4);
  CHECK(layout.up[0].blocks.size() == 2);  // the small group fits in beside the modems
}

TEST_CASE("without delays and losses, or where a test wants none, there is no path to pass") {
  const Plan plain = plan_of("[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 9\n");
  CHECK(make_layout(plain).paths.empty());
  const Plan plan = plan_of(kThreeGroups);
  const Way way(plan, {.delays = false});
  CHECK(way.layout().paths.empty());
  const auto passed = way.follow({plan.nodes[3].address(), plan.nodes[700].address()});
  CHECK(passed.uplink == 3);
  CHECK(passed.downlink == 700);
}

TEST_CASE("classes have the rates, and their queues the sizes, that were asked for") {
  const Plan plan = plan_of(
      "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 1\nup = \"128kbit\"\n"
      "queue_up = \"20packets\"\ndown = \"8Mbit\"\nqueue_down = \"64kB\"\n");
  const Way way(plan);
  uint64_t up = 0, down = 0;
  for (const Operation& operation : way.operations()) {
    const auto* add = std::get_if<AddClass>(&operation);
    if (add == nullptr || add->minor != 1) continue;
    (add->link == "up0" ? up : down) = add->rate;
  }
  CHECK(up == 16'000);
  CHECK(down == 1'000'000);
  // The packet that is being sent has left the queue.
  const AddQdisc* packets = qdisc_of<PacketFifo>(way.operations(), "up0", 1);
  REQUIRE(packets != nullptr);
  CHECK(std::get<PacketFifo>(packets->kind).limit == 19);
  const AddQdisc* bytes = qdisc_of<ByteFifo>(way.operations(), "down0", 1);
  REQUIRE(bytes != nullptr);
  CHECK(std::get<ByteFifo>(bytes->kind).limit == 64'000);
}

TEST_CASE("a burst is what a late timer may cost, at every rate") {
  CHECK(htb_burst(Rate{128'000}) == 16);
  CHECK(htb_burst(Rate{100'000'000}) == 12'500);
  CHECK(htb_burst(Rate{800}) == 1);
  CHECK(htb_rate(Rate{33'600}) == 4'200);
}

TEST_CASE("a stage that delays holds all that can be on its way, in small packets") {
  const ByteCount plenty{uint64_t{1} << 40};
  // 100 Mbit/s for 200 ms are 2.5 MB, or 48,076 acknowledgements.
  CHECK(delay_limit(Rate{100'000'000}, 200ms, 1500, plenty) == 48'076 + 1'000);
  CHECK(delay_limit(Rate{}, 200ms, 1500, ByteCount{2'304'000'000}) == 1'000'000);
  CHECK(delay_limit(Rate{100'000'000'000}, 1s, 1500, ByteCount{2'304'000'000}) == 1'000'000);
  CHECK(delay_limit(Rate{}, 200ms, 9000, ByteCount{9'804'000'000}) == 1'000'000);
}

TEST_CASE("what the kernel cannot do is refused before anything is installed") {
  const Plan slow =
      plan_of("[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 1\nup = \"100bit\"\n");
  CHECK_THROWS_WITH_AS(make_layout(slow),
                       "group g: 100bit is too slow for the kernel's traffic control; at least "
                       "201bit, or shaper = \"engine\"",
                       UserError);
  const std::string lossy =
      "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 1\nloss = \"1%\"\n";
  Plan seeded = plan_of(lossy);
  make_layout(seeded);
  seeded.seed_is_default = false;
  CHECK_THROWS_WITH_AS(make_layout(seeded),
                       "group g loses packets by the seed 1, and the kernel's traffic control "
                       "draws its own losses; leave the seed out, or use shaper = \"engine\"",
                       UserError);
  std::string groups;  // no two pairs of which have the same delay
  for (int i = 0; i < 45; ++i) {
    groups += "[[group]]\nname = \"g" + std::to_string(i) + "\"\nprefix = \"10." +
              std::to_string(i) + ".0.0/24\"\nnodes = 2\ndelay_up = \"" + std::to_string(i + 1) +
              "ms\"\ndelay_down = \"" + std::to_string(100 * (i + 1)) + "ms\"\n";
  }
  CHECK_THROWS_AS(make_layout(plan_of(groups)), UserError);
}

TEST_CASE("a plan without limits sends large segments, and one with limits none") {
  const auto segments = [](const Plan& plan) {
    for (const Operation& operation : network_operations(plan, make_layout(plan))) {
      if (const auto* lo = std::get_if<SetLoopback>(&operation)) return lo->gso_max_segments;
    }
    return 99U;
  };
  const std::string group = "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 1\n";
  CHECK(segments(plan_of(group)) == 0);
  CHECK(segments(plan_of(group + "up = \"1Mbit\"\n")) == 1);
  CHECK(segments(plan_of(group + "loss_down = \"1%\"\n")) == 1);
}

TEST_CASE("each family of a node leads to its one access link") {
  Plan plan = plan_of(
      "[[group]]\nname = \"a\"\nprefix = \"10.1.0.0/22\"\nprefix6 = \"2001:db8:1::/64\"\n"
      "nodes = 600\ndelay = \"10ms\"\n"
      "[[group]]\nname = \"b\"\nprefix6 = \"2001:db8:2::/64\"\nnodes = 300\ndelay = \"20ms\"\n"
      "[[group]]\nname = \"c\"\nprefix = \"10.2.0.0/24\"\nnodes = 20\n");
  const Way way(plan);
  std::mt19937_64 random(pleat::test::Seed().value);
  for (int i = 0; i < 500; ++i) {
    const auto a = static_cast<uint32_t>(random() % plan.nodes.size());
    const auto b = static_cast<uint32_t>(random() % plan.nodes.size());
    const PlanNode &from = plan.nodes[a], &to = plan.nodes[b];
    for (const auto member : {&PlanNode::ipv4, &PlanNode::ipv6}) {
      if (!(from.*member) || !(to.*member)) continue;
      const auto passed = way.follow({*(from.*member), *(to.*member)});
      if (a == b) {
        CHECK(passed.end == "nowhere");
        continue;
      }
      REQUIRE(passed.uplink == a);
      REQUIRE(passed.downlink == b);
      CHECK(passed.path->delay ==
            plan.groups[from.group].up.delay + plan.groups[to.group].down.delay);
    }
  }
}

TEST_CASE("of IPv6, too, what is nobody's ends in drains, and loopback stays where it is") {
  const Plan plan = plan_of(
      "[[group]]\nname = \"a\"\nprefix = \"10.1.0.0/24\"\nprefix6 = \"2001:db8:1::/64\"\n"
      "nodes = 9\ndelay = \"10ms\"\n"
      "[[group]]\nname = \"b\"\nprefix = \"10.2.0.0/24\"\nnodes = 9\n");
  const Way way(plan);
  const auto from = [&](const char* address) {
    return way.follow({Address::parse(address), *plan.nodes[0].ipv6});
  };
  const auto to = [&](const char* address) {
    return way.follow({*plan.nodes[0].ipv6, Address::parse(address)});
  };
  CHECK(from("::1").end == kStrayLink);
  CHECK(from("2001:db8:1::b01:1").end == kStrayLink);
  // In a block of nodes' tails, and even a node's own tail, but no node's address.
  for (const char* alike : {"2001:db8:1::a01:77", "2001:db8:1::1:a01:1", "2001:db8:2::a01:1"}) {
    CAPTURE(alike);
    CHECK(from(alike).end == "up0");
    CHECK(!from(alike).uplink);
    CHECK(to(alike).end == "down0");
    CHECK(!to(alike).downlink);
  }
  CHECK(from("2001:db8:1::a02:1").end == kStrayLink);  // b has no IPv6
  CHECK(to("2001:db8:1::a02:1").end == kDeadLink);
  CHECK(to("2001:db8:1::a01:2").downlink == 1);
  for (const char* own : {"::1", "fd50:6c65:6174::a01:1", "ff02::1"}) {
    CAPTURE(own);
    CHECK(to(own).end == "nowhere");
  }
}
