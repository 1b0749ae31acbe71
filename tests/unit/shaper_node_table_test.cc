// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>

#include "shaper/pipe/node_table.hh"
#include "tests/unit/shaper_seed.hh"

namespace pleat {
namespace {

Plan plan_of(const std::vector<uint32_t>& addresses) {
  Plan plan;
  for (const uint32_t address : addresses)
    plan.nodes.emplace_back().address = Address::ipv4(address);
  return plan;
}

TEST_CASE("a plan without nodes finds none") {
  const NodeTable table(plan_of({}));
  CHECK(table.find_ipv4(0) == kNoNode);
  CHECK(table.find_ipv4(0x0a000001) == kNoNode);
}

TEST_CASE("nodes are found at the ends of the address space") {
  const NodeTable table(plan_of({0, UINT32_MAX}));
  CHECK(table.find_ipv4(0) == 0);
  CHECK(table.find_ipv4(1) == kNoNode);
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
