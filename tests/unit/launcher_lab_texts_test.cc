// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/lab/environment.hh"
#include "launcher/lab/hosts_file.hh"
#include "launcher/lab/sampler.hh"
#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
using namespace std::chrono_literals;

namespace {

const Surroundings kSurroundings{.own_programs = "/opt/pleat",
                                 .search_path = "/bin",
                                 .identity = IdentityBy::kBoth,
                                 .preload_library = "/lib/p.so"};

using Environment = std::vector<std::string>;

}  // namespace

TEST_CASE("the hosts file names localhost and every node") {
  const Plan plan =
      test::small_plan({test::workload(Finish::kExit), test::workload(Finish::kExit)});
  CHECK(hosts_file(plan) == "127.0.0.1 localhost\n10.1.0.1 node-0\n10.1.0.2 node-1\n");
}

TEST_CASE("nodes with IPv6 have a line for each address") {
  Plan plan = test::small_plan({test::workload(Finish::kExit), test::workload(Finish::kExit)});
  plan.groups[0].prefix6 = Prefix::parse("2001:db8::/64");
  plan.nodes[0].ipv6 = Address::parse("2001:db8::a01:1");
  plan.nodes[1].ipv4.reset();
  plan.nodes[1].ipv6 = Address::parse("2001:db8::2");
  CHECK(hosts_file(plan) ==
        "127.0.0.1 localhost\n::1 localhost\n10.1.0.1 node-0\n2001:db8::a01:1 node-0\n"
        "2001:db8::2 node-1\n");
}

TEST_CASE("names of hosts are looked up in files and by DNS, all others as on the host") {
  CHECK(nsswitch_file("passwd: files systemd\nhosts:  mymachines resolve [!UNAVAIL=return] files\n"
                      "# hosts: none\n") ==
        "passwd: files systemd\nhosts: files dns\n# hosts: none\n");
}

TEST_CASE("a node is bound to the addresses that it has, and to no others") {
  Plan plan = test::small_plan({test::workload(Finish::kExit)});
  PlanNode& node = plan.nodes[0];
  const auto bound_to = [&] {
    Environment bound = node_environment(kSurroundings, node, "/d",
                                         {{"BINDIP", "10.9.9.9"}, {"BINDIP6", "2001:db8::9"}});
    std::erase_if(bound, [](const std::string& entry) { return !entry.starts_with("BINDIP"); });
    return bound;
  };
  CHECK(bound_to() == Environment{"BINDIP=10.1.0.1"});
  node.ipv6 = Address::parse("2001:db8::a01:1");
  CHECK(bound_to() == Environment{"BINDIP=10.1.0.1", "BINDIP6=2001:db8::a01:1"});
  node.ipv4.reset();
  CHECK(bound_to() == Environment{"BINDIP6=2001:db8::a01:1"});
}

TEST_CASE("a node's environment is its identity and what the experiment says") {
  const Plan plan = test::small_plan({test::workload(Finish::kExit)});
  CHECK(node_environment(kSurroundings, plan.nodes[0], "/r/nodes/node-0", {{"COLOUR", "blue"}}) ==
        Environment{"BINDIP=10.1.0.1", "COLOUR=blue", "HOME=/r/nodes/node-0", "LANG=C.UTF-8",
                    "LD_PRELOAD=/lib/p.so", "PATH=/opt/pleat:/bin", "PLEAT_IDENTITY=both",
                    "PLEAT_NODE=node-0", "TMPDIR=/r/nodes/node-0"});
}

TEST_CASE("an experiment may change everything but the identity") {
  const Plan plan = test::small_plan({test::workload(Finish::kExit)});
  CHECK(node_environment(kSurroundings, plan.nodes[0], "/d",
                         {{"BINDIP", "10.9.9.9"},
                          {"HOME", "/home"},
                          {"LD_PRELOAD", "/lib/own.so"},
                          {"PATH", "/opt/peer/bin"},
                          {"PLEAT_IDENTITY", "none"},
                          {"PLEAT_NODE", "other"}}) ==
        Environment{"BINDIP=10.1.0.1", "HOME=/home", "LANG=C.UTF-8",
                    "LD_PRELOAD=/lib/p.so:/lib/own.so", "PATH=/opt/pleat:/opt/peer/bin",
                    "PLEAT_IDENTITY=both", "PLEAT_NODE=node-0", "TMPDIR=/d"});
}

TEST_CASE("a step has no identity") {
  CHECK(step_environment(kSurroundings, "/r/setup", {}) ==
        Environment{"HOME=/r/setup", "LANG=C.UTF-8", "PATH=/opt/pleat:/bin", "TMPDIR=/r/setup"});
}

TEST_CASE(
    "counters are sampled every second, and less often only where the rows would be too many") {
  Plan plan;
  plan.time_limit = 1h;
  plan.nodes.resize(160);
  CHECK(sampling_interval(plan) == Duration(1s));
  plan.nodes.resize(5'760);
  const Duration interval = sampling_interval(plan);
  CHECK(interval > Duration(1s));
  CHECK(interval % Duration(1s) == Duration(0));
  CHECK(5'760 * (Duration(1h) / interval) <= 2'500'000);
  plan.duration = 60s;
  CHECK(sampling_interval(plan) == Duration(1s));
}
