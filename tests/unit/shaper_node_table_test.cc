// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>

#include "shaper/pipe/node_table.hh"
#include "tests/unit/shaper_seed.hh"

namespace pleat {
namespace {

Plan plan_of(const std::vector<uint32_t>& addresses) {
  Plan plan;
  plan.groups.emplace_back();
  for (const uint32_t address : addresses) plan.nodes.emplace_back().ipv4 = Address::ipv4(address);
  return plan;
}

TEST_CASE("a plan without nodes finds none") {
  const NodeTable table(plan_of({}));
  CHECK(table.find_ipv4(0) == kNoNode);
  CHECK(table.find_ipv4(0x0a000001) == kNoNode);
}

TEST_CASE("nodes are found at the ends of the address space") {
  const NodeTable table(plan_of({0x01000000, UINT32_MAX}));
  CHECK(table.find_ipv4(0x01000000) == 0);
  CHECK(table.find_ipv4(0x01000001) == kNoNode);
  CHECK(table.find_ipv4(UINT32_MAX) == 1);
}

TEST_CASE("addresses without a node are not found, near ones and far ones") {
  const NodeTable table(plan_of({0x0a0101fe, 0x0a030001}));
  CHECK(table.find_ipv4(0x0a0101fe) == 0);
  CHECK(table.find_ipv4(0x0a030001) == 1);
  for (const uint32_t stray : {0x0a0101fdu, 0x0a0101ffu, 0x0a0201feu, 0x0a030000u, 0x0a030002u,
                               0x0a0300ffu, 0x0a030101u, 0x0a010001u, 0u, 0xffffffffu})
    CHECK(table.find_ipv4(stray) == kNoNode);
}

TEST_CASE("a node is found by either of its addresses, and by no other that ends alike") {
  Plan plan;
  plan.groups.resize(3);
  plan.groups[0].prefix6 = Prefix::parse("2001:db8:1::/64");  // of IPv6 only
  plan.groups[1].prefix6 = Prefix::parse("2001:db8:2::/64");  // of both
  const auto add = [&](uint32_t group, const char* tail, bool ipv4) {
    PlanNode& node = plan.nodes.emplace_back();
    node.group = group;
    if (ipv4) node.ipv4 = Address::parse(tail);
    const auto& prefix6 = plan.groups[group].prefix6;
    if (prefix6) node.ipv6 = prefix6->base().with_tail(Address::parse(tail).tail());
  };
  add(0, "0.0.0.1", false);
  add(1, "10.1.0.1", true);
  add(2, "10.2.0.1", true);
  const NodeTable table(plan);
  const auto find = [&](const char* text) {
    const Address address = Address::parse(text);
    if (address.family() == Family::kIpv4) return table.find_ipv4(address.tail());
    return table.find_ipv6(reinterpret_cast<const std::byte*>(address.bytes().data()),
                           address.tail());
  };
  CHECK(find("2001:db8:1::1") == 0);
  CHECK(find("2001:db8:2::a01:1") == 1);
  CHECK(find("10.1.0.1") == 1);
  CHECK(find("10.2.0.1") == 2);
  for (const char* stray :
       {"0.0.0.1", "2001:db8:2::1", "2001:db8:1::a01:1", "2001:db8:1:0:0:1::1", "2001:db8:1::2",
        "::10.2.0.1", "::1", "::", "2001:db8:1::a02:1", "10.1.0.2"}) {
    CAPTURE(stray);
    CHECK(find(stray) == kNoNode);
  }
}

TEST_CASE("a table agrees with a map") {
  const test::Seed seed;
  Random random = seed.random();
  std::map<uint32_t, uint32_t> slow;
  for (int i = 0; i < 5000; ++i)
    slow.emplace(0x0a000000 + static_cast<uint32_t>(random.next() % (1u << (8 + i % 12))), 0);
  std::vector<uint32_t> addresses;
  for (auto& [address, index] : slow) {
    index = static_cast<uint32_t>(addresses.size());
    addresses.push_back(address);
  }
  const NodeTable table(plan_of(addresses));
  for (uint32_t address = 0x0a000000 - 1000; address < 0x0a000000 + (1u << 20) + 1000; ++address) {
    const auto found = slow.find(address);
    const uint32_t expected = found == slow.end() ? kNoNode : found->second;
    if (table.find_ipv4(address) != expected) FAIL("address " << address);
  }
}

}  // namespace
}  // namespace pleat
