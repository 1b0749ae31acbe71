// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/filter_tree.hh"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "sys/error.hh"
#include "tests/unit/shaper_seed.hh"
#include "tests/unit/tc_walk.hh"

using namespace pleat;
using namespace pleat::tc;
using pleat::tc::test::Filters;
using pleat::tc::test::Found;

namespace {

const FilterHolder kHolder{.link = {}, .block = 1};
constexpr Bucket kRoot{kRootTable, 0};

Operations tree_of(const std::vector<Branch>& branches, AddressField field) {
  Operations operations;
  FilterTree tree(operations, kHolder);
  tree.find(kRoot, {}, field, branches, [&](Bucket bucket, auto matches, const Branch& branch) {
    tree.add(bucket, std::move(matches), ToClass{static_cast<uint16_t>(branch.number)});
  });
  return operations;
}

std::optional<uint32_t> class_found(const Found& found) {
  if (!found.target) return std::nullopt;
  return std::get<ToClass>(*found.target).minor;
}

// Disjoint, of lengths 8 to 30.
std::vector<Branch> random_prefixes(std::mt19937_64& random, unsigned count) {
  std::vector<Prefix> prefixes;
  while (prefixes.size() < count) {
    const unsigned length = 8 + static_cast<unsigned>(random() % 23);
    // Few different bytes, so that many prefixes are neighbours.
    const auto byte = [&] { return static_cast<uint32_t>(random() % 4); };
    const uint32_t address = 10U << 24 | byte() << 16 | byte() << 14 | byte() << 8 | byte() << 5;
    const Prefix prefix(Address::ipv4(address & ~uint32_t{0} << (32 - length)), length);
    const auto overlaps = [&](const Prefix& other) { return other.overlaps(prefix); };
    if (std::none_of(prefixes.begin(), prefixes.end(), overlaps)) prefixes.push_back(prefix);
    if (length < 12) count = std::min<unsigned>(count, static_cast<unsigned>(prefixes.size()) + 5);
    if (random() % 50 == 0) break;
  }
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<Branch> branches;
  for (const Prefix& prefix : prefixes) {
    branches.push_back({prefix, static_cast<uint32_t>(branches.size() + 1)});
  }
  return branches;
}

}  // namespace

TEST_CASE("a filter tree finds the prefix of every address, and none where there is none") {
  std::mt19937_64 random(pleat::test::Seed().value);
  for (int round = 0; round < 300; ++round) {
    const auto branches = random_prefixes(random, 1 + static_cast<unsigned>(random() % 40));
    const auto field = round % 2 == 0 ? AddressField::kSource : AddressField::kDestination;
    const Operations operations = tree_of(branches, field);
    const Filters filters(operations, kHolder);
    REQUIRE(filters.longest_list_but_the_root() <= 1);
    for (int packet = 0; packet < 200; ++packet) {
      Address address = Address::ipv4(10U << 24 | static_cast<uint32_t>(random() & 0x3ffff));
      if (packet % 2 == 0) {
        const Prefix& near = branches[random() % branches.size()].prefix;
        address = near.base().plus(random() % (uint64_t{1} << near.host_bits()));
      }
      std::optional<uint32_t> expected;
      for (const Branch& branch : branches) {
        if (branch.prefix.contains(address)) expected = branch.number;
      }
      const Address other = Address::parse("192.0.2.1");
      const Found found = field == AddressField::kSource ? filters.walk({address, other})
                                                         : filters.walk({other, address});
      REQUIRE(class_found(found) == expected);
      REQUIRE(found.comparisons <= 5);
    }
  }
}

TEST_CASE("a lookup among ten thousand nodes takes no more steps than among ten") {
  unsigned steps[2] = {};
  for (const uint32_t nodes : {10U, 10'000U}) {
    std::vector<Branch> branches;
    for (uint32_t i = 0; i < nodes; ++i) {
      branches.push_back({Prefix(Address::parse("10.0.0.1").plus(i), 32), i % 1000});
    }
    const Operations operations = tree_of(branches, AddressField::kSource);
    const Filters filters(operations, kHolder);
    unsigned& most = steps[nodes == 10 ? 0 : 1];
    for (const Branch& branch : branches) {
      const Found found = filters.walk({branch.prefix.base(), Address()});
      REQUIRE(class_found(found) == branch.number);
      most = std::max(most, found.comparisons);
    }
  }
  CHECK(steps[0] == 2);  // the root, and a list of one
  CHECK(steps[1] == 3);  // one table more: of two bytes that differ
}

TEST_CASE("a table exists before anything leads into it") {
  std::mt19937_64 random(pleat::test::Seed().value);
  const Operations operations = tree_of(random_prefixes(random, 40), AddressField::kSource);
  std::set<uint16_t> made{kRootTable};
  for (const Operation& operation : operations) {
    if (const auto* table = std::get_if<AddTable>(&operation)) {
      CHECK(made.insert(table->table).second);
    } else {
      const auto& filter = std::get<AddFilter>(operation);
      CHECK(made.count(filter.bucket.table) == 1);
      if (const auto* into = std::get_if<HashInto>(&filter.target)) {
        CHECK(made.count(into->table) == 1);
      }
    }
  }
}

TEST_CASE("more tables than the kernel can number are refused") {
  std::vector<Branch> branches;  // two in each of 2,100 blocks of 256 addresses
  for (uint32_t block = 0; block < 2'100; ++block) {
    for (const uint32_t node : {1U, 2U}) {
      branches.push_back({Prefix(Address::ipv4(10U << 24 | block << 8 | node), 32), 1});
    }
  }
  CHECK_THROWS_AS(tree_of(branches, AddressField::kSource), UserError);
}
