// SPDX-License-Identifier: Apache-2.0
// Groups with prefixes of IPv6, and what of an experiment depends on a node's family.
#include <doctest/doctest.h>

#include <set>

#include "model/expand.hh"
#include "model/plan_text.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

using Texts = std::vector<std::string>;

std::string group(const std::string& name, const std::string& keys, int nodes = 1) {
  return "[[group]]\nname = \"" + name + "\"\n" + keys +
         (nodes > 0 ? "\nnodes = " + std::to_string(nodes) : "") + "\n";
}

const std::string kV4 = "prefix = \"10.2.0.0/24\"";
const std::string kV6 = "prefix6 = \"2001:db8:1::/64\"";

// No [network]; `rest` begins in line 4.
std::string without_network(const std::string& rest) {
  return "[experiment]\nname = \"x\"\nduration = \"10min\"\n" + rest;
}

std::string workload(const std::string& nodes, const std::string& word) {
  return "[[workload]]\nname = \"w\"\n" + nodes + "\ncommand = [\"x\", \"" + word + "\"]\n";
}

const PlanGroup& named(const Plan& plan, const std::string& name) {
  for (const PlanGroup& each : plan.groups) {
    if (each.name == name) return each;
  }
  FAIL("no group " << name);
  throw;
}

TEST_CASE("a node's addresses of both families end in the same 32 bits") {
  const Plan plan = load(with_head(group("a", kV4 + "\n" + kV6, 3)));
  CHECK(plan.nodes[2].ipv4 == Address::parse("10.2.0.3"));
  CHECK(plan.nodes[2].ipv6 == Address::parse("2001:db8:1::10.2.0.3"));
  CHECK(plan.prefixes6() == std::vector{Prefix::parse("2001:db8:1::/64")});
}

TEST_CASE("nodes without IPv4 are numbered within 0.0.0.0/8, in the order of the file") {
  const Plan plan = load(with_head(group("d", kV4) + group("a", kV6, 2) + group("b", kV6, 300) +
                                   group("c", "prefix6 = \"2001:db8:2::/96\"")));
  CHECK(named(plan, "a").prefix == Prefix::parse("0.0.0.0/24"));
  CHECK(named(plan, "b").prefix == Prefix::parse("0.0.2.0/23"));
  CHECK(named(plan, "c").prefix == Prefix::parse("0.0.4.0/24"));
  CHECK_FALSE(named(plan, "a").ipv4);
  CHECK(named(plan, "d").ipv4);
  CHECK(plan.nodes[1].address().text() == "2001:db8:1::2");
  CHECK_FALSE(plan.nodes[1].ipv4.has_value());
  CHECK(plan.nodes[2].address().text() == "2001:db8:1::201");
  CHECK(plan.nodes.back().address().text() == "10.2.0.1");
  CHECK_FALSE(plan.nodes.back().ipv6.has_value());
  for (size_t i = 1; i < plan.nodes.size(); ++i) {
    REQUIRE(plan.nodes[i - 1].tail() < plan.nodes[i].tail());
  }
}

TEST_CASE("as many nodes without IPv4 as there may be have tails of their own") {
  std::string groups;
  for (int i = 0; i < 4000; ++i) {
    groups += group("g" + std::to_string(i), kV6, i % 2 == 0 ? 1 : 498);
  }
  const Plan plan = load(without_network(groups));
  CHECK(plan.nodes.size() == 998'000);
  CHECK_FALSE(plan.network.has_value());
  bool ascend = true;
  for (size_t i = 1; i < plan.nodes.size(); ++i) {
    ascend &= plan.nodes[i - 1].tail() < plan.nodes[i].tail();
  }
  CHECK(ascend);
  CHECK(plan.nodes.back().tail() < 1U << 24);
}

TEST_CASE("no node without IPv4 shares its private loopback with one that has IPv4") {
  const Plan plan =
      load(with_head(group("a", "prefix = \"10.0.0.0/24\"", 200) + group("b", kV6, 3) +
                     group("c", "prefix = \"10.0.1.0/24\"", 1) + group("d", kV6, 3)));
  CHECK(named(plan, "b").prefix == Prefix::parse("0.0.2.0/24"));
  CHECK(named(plan, "d").prefix == Prefix::parse("0.0.3.0/24"));
  std::set<Address> loopbacks;
  for (const PlanNode& node : plan.nodes) {
    loopbacks.insert(own_loopback(Family::kIpv4, node.tail()));
  }
  CHECK(loopbacks.size() == plan.nodes.size());
  // The addresses of few nodes, spread over the whole network, leave no room for many others.
  std::string groups;
  for (int i = 0; i < 16; ++i) {
    groups +=
        group("g" + std::to_string(i), "prefix = \"10." + std::to_string(i * 16) + ".0.0/24\"");
  }
  CHECK(
      problems_of(with_head(groups + group("many", kV6, 900'000))) ==
      Texts{"70:1: the IPv6 addresses of the group \"many\" (2001:db8:1::/64) would not end in 24 "
            "bits that no other node's end in; take fewer nodes, or give groups with IPv4 prefixes "
            "that are next to each other"});
}

TEST_CASE("groups inherit the prefix6 of the group around them, or state their own") {
  const Plan plan =
      load(with_head(group("all", "prefix = \"10.0.0.0/8\"\nprefix6 = \"2001:db8::/48\"", 0) +
                     group("heir", "prefix = \"10.1.0.0/24\"") +
                     group("other", "prefix = \"10.2.0.0/24\"\nprefix6 = \"2001:db8:1::/64\"")));
  CHECK(plan.nodes[0].ipv6 == Address::parse("2001:db8::10.1.0.1"));
  CHECK(plan.nodes[1].ipv6 == Address::parse("2001:db8:1::10.2.0.1"));
  // What encloses others has no nodes, and so may have a prefix6 around theirs.
  CHECK(problems_of(
            with_head(group("all", "prefix = \"10.0.0.0/8\"\nprefix6 = \"2001:db8::/32\"", 0) +
                      group("in", "prefix = \"10.1.0.0/24\"\n" + kV6))) == Texts{});
}

TEST_CASE("a network of IPv6 only needs no [network]") {
  const Plan plan = load(without_network(group("a", kV6)));
  CHECK_FALSE(plan.network.has_value());
  CHECK(problems_of(without_network(group("a", kV4))) ==
        Texts{"1:1: the file has no network; add [network] with prefix = \"10.0.0.0/8\""});
  CHECK(problems_of(without_network("[network]\nmtu = 1400\n" + group("a", kV6))) == Texts{});
}

TEST_CASE("prefixes that cannot be are reported") {
  const auto problem = [](const std::string& prefix6) {
    return problems_of(with_head(group("a", "prefix6 = \"" + prefix6 + "\"")));
  };
  CHECK(problem("10.1.0.0/16") ==
        Texts{"8:11: prefix6: \"10.1.0.0/16\" is a prefix of IPv4; write prefix = "
              "\"10.1.0.0/16\""});
  CHECK(problem("2001:db8::/97") ==
        Texts{"8:11: prefix6: \"2001:db8::/97\" is no prefix6 of the right size; write a prefix "
              "from /16 to /96: the last 32 bits tell the nodes apart"});
  CHECK(problem("2000::/8") == Texts{"8:11: prefix6: \"2000::/8\" is no prefix6 of the right size; "
                                     "write a prefix from /16 to /96: the last 32 bits tell the "
                                     "nodes apart"});
  CHECK(problem("::ffff:0:0/96") ==
        Texts{"8:11: prefix6: \"::ffff:0.0.0.0/96\" cannot be used: ::/8 is for loopback and other "
              "special addresses; write for example \"2001:db8::/64\""});
  CHECK(problem("fe80::/64") ==
        Texts{"8:11: prefix6: \"fe80::/64\" cannot be used: fe80::/10 is for addresses of one link "
              "only; write for example \"2001:db8::/64\""});
  CHECK(problem("ff02::/16") ==
        Texts{"8:11: prefix6: \"ff02::/16\" cannot be used: ff00::/8 is for multicast; write for "
              "example \"2001:db8::/64\""});
  CHECK(problem("fd50::/16") ==
        Texts{"8:11: prefix6: \"fd50::/16\" cannot be used: fd50:6c65:6174::/96 is what the nodes' "
              "own ::1 stand for; write for example \"2001:db8::/64\""});
  CHECK(problems_of(with_head(group("a", "prefix = \"2001:db8::/64\""))) ==
        Texts{"8:10: prefix: \"2001:db8::/64\" is a prefix of IPv6; write prefix6 = "
              "\"2001:db8::/64\""});
  CHECK(problems_of("[experiment]\nname = \"x\"\nduration = \"1s\"\n[network]\nprefix = "
                    "\"2001:db8::/32\"\n" +
                    group("a", kV4)) ==
        Texts{"5:10: prefix: \"2001:db8::/32\" is no IPv4 prefix; write one like \"10.0.0.0/8\"; "
              "groups state their own prefixes of IPv6"});
}

TEST_CASE("prefixes of IPv6 are the same for two groups, or apart") {
  const std::string wide = "prefix6 = \"2001:db8::/32\"";
  CHECK(problems_of(with_head(group("a", kV6) + group("b", kV6) + group("c", kV4 + "\n" + kV6))) ==
        Texts{});
  CHECK(problems_of(with_head(group("a", kV6) + group("b", wide))) ==
        Texts{"8:11: prefix6: 2001:db8:1::/64 is a part of 2001:db8::/32, which the group \"b\" "
              "(2001:db8::/32) in line 10 has; give both the same, or two that do not overlap"});
}

TEST_CASE("a group without IPv4 encloses none, and needs nodes") {
  CHECK(problems_of(with_head(group("a", kV6, 0) + group("b", kV4))) ==
        Texts{"6:1: the group \"a\" (2001:db8:1::/64) has no nodes; write for example nodes = 10; "
              "only a group with a prefix of IPv4 encloses others"});
}

TEST_CASE("an MTU that is too small for IPv6 is refused where there is some") {
  const auto with_mtu = [](const std::string& prefix) {
    return problems_of(
        "[experiment]\nname = \"x\"\nduration = \"1s\"\n[network]\nprefix = "
        "\"10.0.0.0/8\"\nmtu = 1279\n" +
        group("a", prefix));
  };
  CHECK(with_mtu(kV4) == Texts{});
  CHECK(with_mtu(kV6) == Texts{"6:7: mtu: 1279 is too small for IPv6; write at least 1280, or "
                               "leave prefix6 out"});
}

TEST_CASE("a workload lists nodes by addresses of either family") {
  const std::string groups = group("a", kV6, 2) + group("b", kV4 + "\n" + kV6, 2);
  const Plan plan = load(
      with_head(groups + workload("on = [\"2001:db8:1::10.2.0.2\", \"2001:db8:1::1\"]", "{ip6}")));
  CHECK(node(plan, "w-1").ipv4 == Address::parse("10.2.0.2"));
  CHECK(node(plan, "w-2").ipv6 == Address::parse("2001:db8:1::1"));
  CHECK(
      problems_of(with_head(groups + workload("on = [\"10.2.0.1\", \"2001:db8:1::a02:1\"]", ""))) ==
      Texts{"17:19: on: 2001:db8:1::a02:1 is already taken in line 15; list each node once"});
  CHECK(
      problems_of(with_head(groups + workload("on = [\"2001:db8:2::1\"]", ""))) ==
      Texts{"17:7: on: no node has the address 2001:db8:2::1; the nodes of a group have its first "
            "addresses; `pleat plan` shows them"});
  // 0.0.0.1 is but the end of an address.
  CHECK(problems_of(with_head(groups + workload("on = [\"0.0.0.1\"]", ""))).size() == 1);
}

TEST_CASE("addresses of IPv6 are put in as those of IPv4 are") {
  const std::string both = group("b", kV4 + "\n" + kV6, 2);
  const Plan plan = load(with_head(both + workload("group = \"b\"", "{ip} {ip6} {ip6:w-2}")));
  const NodeCommand command = expand(plan, node(plan, "w-1"), "/run");
  CHECK(command.argv[1] == "10.2.0.1 2001:db8:1::a02:1 2001:db8:1::a02:2");
}

TEST_CASE("an address that a node does not have is refused when it is asked for") {
  const auto of = [](const std::string& keys, const std::string& word) {
    return problems_of(with_head(group("g", keys) + workload("group = \"g\"", word)));
  };
  CHECK(of(kV6, "{ip}") ==
        Texts{"13:17: \"{ip}\": not each of the nodes has an IPv4 address; write "
              "\"{ip6}\", or give their groups a prefix"});
  CHECK(of(kV4, "{ip6}") == Texts{"13:17: \"{ip6}\": not each of the nodes has an IPv6 address; "
                                  "write \"{ip}\", or give their groups a prefix6"});
  CHECK(of(kV6, "{ip:w}") ==
        Texts{"13:17: the node \"w\" has no IPv4 address; write \"{ip6:w}\", or "
              "give its group a prefix"});
  CHECK(of(kV4, "{ip6:w}") ==
        Texts{"13:17: the node \"w\" has no IPv6 address; write \"{ip:w}\", or "
              "give its group a prefix6"});
  CHECK(of(kV6, "{ip6} {network}") == Texts{});
  CHECK(problems_of(without_network(group("g", kV6) + workload("group = \"g\"", "{network}"))) ==
        Texts{"11:17: \"{network}\" has no meaning here; [network] states no prefix"});
}

TEST_CASE("latencies concern groups without IPv4 by their names") {
  const auto latency = [](const std::string& a, const std::string& b) {
    return "[[latency]]\nbetween = [\"" + a + "\", \"" + b + "\"]\ndelay = \"7ms\"\n";
  };
  const std::string groups = group("a", kV6) + group("b", kV4) + group("c", kV6);
  const Plan plan = load(with_head(groups + latency("c", "b") + latency("a", "a")));
  REQUIRE(plan.groups.size() == 3);  // a, c, b
  const auto between = [&](uint32_t from, uint32_t to) {
    return plan.latency_between(from, to) / std::chrono::milliseconds(1);
  };
  CHECK(between(1, 2) == 7);
  CHECK(between(2, 1) == 7);
  CHECK(between(0, 0) == 7);
  CHECK(between(0, 2) == 0);
  CHECK(between(1, 1) == 0);
  CHECK(
      problems_of(with_head(groups + latency("2001:db8:1::/64", "b"))) ==
      Texts{"19:12: between: \"2001:db8:1::/64\" is a prefix of IPv6; write the name of a group"});
  CHECK(problems_of(with_head(groups + latency("a", "b") + latency("b", "a"))) ==
        Texts{"21:1: a second latency for \"a\" - 10.2.0.0/24; the first is in line 18; leave one "
              "of the two out"});
}

TEST_CASE("the plan shows both families, and no column for one that is not there") {
  const std::string text = to_text(
      load(with_head(group("a", kV6, 2) + group("b", kV4 + "\n" + kV6, 2) +
                     workload("on = [\"10.2.0.1\", \"10.2.0.2\", \"2001:db8:1::1\"]", "{ip6}"))),
      {.every_node = true});
  CAPTURE(text);
  for (const char* part :
       {"     prefix       prefix6          nodes", "  a               2001:db8:1::/64      2",
        "10.2.0.1 .. 10.2.0.2 and 2001:db8:1::a02:1 .. 2001:db8:1::a02:2, 2001:db8:1::1",
        "  a-2            2001:db8:1::2"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(to_text(load(with_group(""))).find("prefix6") == std::string::npos);
  CHECK(to_text(load(without_network(group("a", kV6)))).find("network of IPv6 only, MTU 1500") !=
        std::string::npos);
}

}  // namespace
}  // namespace pleat::test
