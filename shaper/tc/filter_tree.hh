// SPDX-License-Identifier: Apache-2.0
// From a set of prefixes to u32 filters that find the one of an address in a fixed number of
// steps, however many there are.
//
// A u32 hash table has 256 lists of filters, and one byte of a packet says which list is looked
// at. So a table is made for the first byte in which the prefixes differ; each of its lists holds
// exactly one filter, which either has found the prefix or leads to a table for a later byte. An
// IPv4 address has four bytes, so no address takes more than four tables and five comparisons. A
// prefix that ends within a byte is in every list that it covers (at most 128 of them).
//
//     prefixes 10.1.1.0/24, 10.1.2.0/24, 10.2.0.0/16, looked for among destinations:
//
//     800::   dst 10.0.0.0/14, go on by byte 1 --> 1:1:  dst 10.1.0.0/22, by byte 2 --> 2:1: -> a
//                                              `-> 1:2:  dst 10.2.0.0/16 -> c      `-> 2:2: -> b
//
// Of IPv6 the tails are looked up, in tables of their own: model/address.hh says why that will do.
//
// Every filter compares all that its list does not already imply, so what is of none of the
// prefixes matches none. It falls back to the root's next filter.
#pragma once

#include <functional>
#include <span>

#include "shaper/tc/operation.hh"

namespace pleat::tc {

struct Branch {
  Prefix prefix;
  uint32_t number = 0;  // of the caller's
};

class FilterTree {
 public:
  // Appends to `operations`, which outlives it.
  FilterTree(Operations& operations, FilterHolder holder)
      : FilterTree(operations, std::move(holder), Family::kIpv4, 0) {}

  // For the other family, at the same place. This one gets no more tables then.
  FilterTree for_ipv6() const { return {operations_, holder_, Family::kIpv6, tables_}; }

  // What to do where a packet is found to be of a branch: to be added to `bucket` with `matches`.
  using Leaf = std::function<void(Bucket, std::vector<AddressMatch> matches, const Branch&)>;

  // Looks `field` up among `branches`, which are disjoint and ordered, for what gets to `bucket`
  // and also meets `matches`. Throws UserError where the kernel cannot number so many tables.
  void find(Bucket bucket, std::vector<AddressMatch> matches, AddressField field,
            std::span<const Branch> branches, const Leaf& leaf);

  void add(Bucket bucket, std::vector<AddressMatch> matches, Target target);

 private:
  FilterTree(Operations& operations, FilterHolder holder, Family family, uint16_t tables)
      : operations_(operations), holder_(std::move(holder)), family_(family), tables_(tables) {}
  uint16_t add_table();

  Operations& operations_;
  FilterHolder holder_;
  Family family_;
  uint16_t tables_;  // that the holder has
};

}  // namespace pleat::tc
