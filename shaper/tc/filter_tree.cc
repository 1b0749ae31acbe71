// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/filter_tree.hh"

#include <bit>

#include "model/assert.hh"
#include "sys/error.hh"

namespace pleat::tc {
namespace {

uint32_t first_address(const Prefix& prefix) { return prefix.base().ipv4_host_order(); }

uint32_t last_address(const Prefix& prefix) {
  return first_address(prefix) | static_cast<uint32_t>((uint64_t{1} << prefix.host_bits()) - 1);
}

uint8_t byte_of(uint32_t address, unsigned byte) {
  return static_cast<uint8_t>(address >> (24 - 8 * byte));
}

// The longest prefix that holds all of them.
Prefix around(std::span<const Branch> branches) {
  const uint32_t first = first_address(branches.front().prefix);
  const uint32_t last = last_address(branches.back().prefix);
  const auto length = static_cast<unsigned>(std::countl_zero(first ^ last));
  const uint32_t mask = length == 0 ? 0 : ~uint32_t{0} << (32 - length);
  return {Address::ipv4(first & mask), length};
}

}  // namespace

void FilterTree::find(Bucket bucket, std::vector<AddressMatch> matches, AddressField field,
                      std::span<const Branch> branches, const Leaf& leaf) {
  if (branches.empty()) return;
  if (branches.size() == 1) {
    matches.push_back({field, branches.front().prefix});
    leaf(bucket, std::move(matches), branches.front());
    return;
  }
  const Prefix common = around(branches);
  const unsigned byte = common.length() / 8;
  matches.push_back({field, common});
  const uint16_t table = add_table();
  add(bucket, std::move(matches), HashInto{table, field, byte});
  while (!branches.empty()) {
    const uint8_t value = byte_of(first_address(branches.front().prefix), byte);
    const uint8_t last_value = byte_of(last_address(branches.front().prefix), byte);
    size_t same = 1;
    while (same < branches.size() && byte_of(first_address(branches[same].prefix), byte) == value) {
      ++same;
    }
    for (unsigned number = value; number <= last_value; ++number) {
      find({table, static_cast<uint8_t>(number)}, {}, field, branches.first(same), leaf);
    }
    branches = branches.subspan(same);
  }
}

void FilterTree::add(Bucket bucket, std::vector<AddressMatch> matches, Target target) {
  operations_.push_back(AddFilter{holder_, family_, bucket, std::move(matches), std::move(target)});
}

uint16_t FilterTree::add_table() {
  if (tables_ == kMostTables) {
    throw UserError("the kernel's traffic control can name " + std::to_string(kMostTables) +
                    " hash tables for this network, which takes more; use fewer groups, or shaper "
                    "= \"engine\"");
  }
  operations_.push_back(AddTable{holder_, family_, ++tables_});
  return tables_;
}

}  // namespace pleat::tc
