// SPDX-License-Identifier: Apache-2.0
// The way of a packet through u32 filters, as the kernel goes it (cls_u32(4), u32_classify): a
// filter that matches either ends the search or leads into a hash table; where nothing in a table
// matches, the search goes on after the filter that led there.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "shaper/tc/operation.hh"
#include "sys/error.hh"

namespace pleat::tc::test {

struct Packet {
  Address source, destination;
};

struct Found {
  std::optional<Target> target;  // never a HashInto
  unsigned comparisons = 0;      // of filters, on the way
};

class Filters {
 public:
  // Those of one holder.
  Filters(const Operations& operations, const FilterHolder& holder) {
    for (const Operation& operation : operations) {
      if (const auto* table = std::get_if<AddTable>(&operation)) {
        if (is(table->holder, holder)) tables_.push_back(table->table);
      } else if (const auto* filter = std::get_if<AddFilter>(&operation)) {
        if (is(filter->holder, holder)) {
          lists_[{filter->bucket.table, filter->bucket.number}].push_back(filter);
        }
      }
    }
  }

  Found walk(const Packet& packet) const {
    Found found;
    // The kernel asks each list of its own protocol only.
    check(packet.source.family() == packet.destination.family());
    found.target = walk({kRootTable, 0}, packet, found.comparisons);
    return found;
  }

  const std::vector<uint16_t>& tables() const { return tables_; }
  size_t longest_list_but_the_root() const {
    size_t longest = 0;
    for (const auto& [bucket, filters] : lists_) {
      if (bucket.first != kRootTable) longest = std::max(longest, filters.size());
    }
    return longest;
  }

 private:
  using Key = std::pair<uint16_t, uint8_t>;

  static bool is(const FilterHolder& a, const FilterHolder& b) {
    return a.link == b.link && a.block == b.block;
  }
  static const Address& field(const Packet& packet, AddressField which) {
    return which == AddressField::kSource ? packet.source : packet.destination;
  }

  std::optional<Target> walk(Key key, const Packet& packet, unsigned& comparisons) const {
    const auto list = lists_.find(key);
    if (list == lists_.end()) return std::nullopt;
    for (const AddFilter* filter : list->second) {
      ++comparisons;
      bool matches = filter->family == packet.source.family();
      for (const auto& [which, prefix] : filter->matches) {
        const Address& address = field(packet, which);
        const bool of_tail = prefix.family() != filter->family;
        matches = matches && prefix.contains(of_tail ? Address::ipv4(address.tail()) : address);
      }
      if (!matches) continue;
      const auto* into = std::get_if<HashInto>(&filter->target);
      if (into == nullptr) return filter->target;
      const uint8_t byte =
          static_cast<uint8_t>(field(packet, into->field).tail() >> (24 - 8 * into->byte));
      if (auto deeper = walk({into->table, byte}, packet, comparisons)) return deeper;
    }
    return std::nullopt;
  }

  std::vector<uint16_t> tables_;
  std::map<Key, std::vector<const AddFilter*>> lists_;
};

}  // namespace pleat::tc::test
