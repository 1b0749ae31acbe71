// SPDX-License-Identifier: Apache-2.0
// One step in making the kernel's network, as data: what ip(8), tc(8) and sysctl(8) would do. Who
// has the list needs no plan any more; operation_text.hh prints it, install.hh carries it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/address.hh"
#include "model/units.hh"

namespace pleat::tc {

struct SetSysctl {
  std::string name;  // "net.ipv4.conf.all.rp_filter"
  std::string value;
  bool where_known = false;  // a kernel without it needs no such setting
};

// The loopback device as the way into the network.
struct SetLoopback {
  std::string mac;
  uint32_t gso_max_segments = 0;  // 0: as it is
};

// Every address of the prefix is this host's, and a packet to one of them is at most `mtu` bytes.
// Who has not bound a socket sends from `source`.
struct AddLocalRoute {
  Prefix prefix;
  std::optional<Address> source;  // none: as the kernel likes
  uint32_t mtu = 0;               // 0: that of lo
};

// To all addresses that no other route leads to.
struct AddDefaultRoute {
  Family family = Family::kIpv4;
  std::string link;
};

// What no route leads to, not even the default one.
struct AddThrowRoute {
  Prefix prefix;
};

// A pair of devices: what `near` sends `far` receives.
struct AddPair {
  std::string near;
  std::string far;
  std::string far_mac;
  uint32_t mtu = 0;
};

struct SetUp {
  std::string link;
  bool arp = true;  // false: it sends to whoever it is, without asking for their hardware address
};

// ---- qdiscs ----

struct Htb {
  uint16_t default_minor = 0;  // the class of what no filter knows
  int overhead = 0;            // bytes that a packet counts more than the device sees of it
};
struct Netem {
  Duration delay{0};
  Probability loss;
  uint32_t limit = 0;  // packets
};
struct ByteFifo {
  uint32_t limit = 0;  // bytes
};
struct PacketFifo {
  uint32_t limit = 0;  // packets
};
struct Blackhole {};
// Gives what the device receives to the filters of a block, which many devices may share.
struct Ingress {
  uint32_t block = 0;
};

struct AddQdisc {
  std::string link;
  uint16_t parent_minor = 0;  // of class 1:<minor>; 0: the device's root (Ingress has no parent)
  std::variant<Htb, Netem, ByteFifo, PacketFifo, Blackhole, Ingress> kind;
};

// What the qdisc of a class is called, on its device: 2: in 1:1, and so on.
constexpr uint16_t leaf_handle(uint16_t parent_minor) {
  return static_cast<uint16_t>(parent_minor + 1);
}

// Class 1:<minor> of an Htb.
struct AddClass {
  std::string link;
  uint16_t minor = 0;
  uint64_t rate = 0;     // bytes per second
  uint32_t burst = 0;    // bytes
  uint32_t quantum = 0;  // bytes
};

// ---- u32 filters ----
//
// Filters of different families are different lists to the kernel, which are told apart by a
// priority; but they share the numbers of a holder's tables. Priority 1 is left to identity, whose
// program on lo comes first (identity/wildcard.hh).

constexpr unsigned filter_priority(Family family) { return family == Family::kIpv4 ? 2 : 3; }

// Where filters are: on a device's root qdisc, or in a block.
struct FilterHolder {
  std::string link = {};  // empty: the block
  uint32_t block = 0;     // 0: the device
};

enum class AddressField : uint8_t { kSource, kDestination };

// Where an IP header has the address's tail, in bytes.
constexpr int tail_offset(Family family, AddressField field) {
  const bool source = field == AddressField::kSource;
  if (family == Family::kIpv4) return source ? 12 : 16;
  return source ? 20 : 36;
}
// Where it has the address.
constexpr int address_offset(Family family, AddressField field) {
  return tail_offset(family, field) - (family == Family::kIpv4 ? 0 : 12);
}
// The bits of a tail that a prefix of IPv4 covers.
inline uint32_t tail_mask(const Prefix& prefix) {
  return prefix.length() == 0 ? 0 : ~uint32_t{0} << (32 - prefix.length());
}

// One list of a hash table.
struct Bucket {
  uint16_t table = 0;
  uint8_t number = 0;
};
// Where the search begins: the table that a holder has for each family from its first filter on. It
// has one bucket. (The kernel's TC_U32_ROOT; it gives these tables numbers as it likes.)
inline constexpr uint16_t kRootTable = 0xfff;
// The tables that can be named; the kernel numbers its own from there on.
inline constexpr uint16_t kMostTables = 0x7ff;

// In a filter of IPv6 a prefix of IPv4 is one of the address's tail (model/address.hh).
struct AddressMatch {
  AddressField field = AddressField::kSource;
  Prefix prefix;
};

// Go on in `table`, in the bucket that byte `byte` (0 is the first) of the address's tail names.
struct HashInto {
  uint16_t table = 0;
  AddressField field = AddressField::kSource;
  unsigned byte = 0;
};
struct ToClass {
  uint16_t minor = 0;  // 1:<minor>
};
struct Redirect {
  std::string link;  // sent out of that device
};
// Goes on as it would without filters. Only for blocks, where a class means nothing: it says that
// the search is over.
struct LeaveAlone {};
inline constexpr uint16_t kNoClass = 1;
using Target = std::variant<HashInto, ToClass, Redirect, LeaveAlone>;

// A hash table of 256 buckets.
struct AddTable {
  FilterHolder holder;
  Family family = Family::kIpv4;
  uint16_t table = 0;
};

struct AddFilter {
  FilterHolder holder;
  Family family = Family::kIpv4;  // of the packets that it looks at
  Bucket bucket;
  std::vector<AddressMatch> matches;  // all of them
  Target target;
};

using Operation =
    std::variant<SetSysctl, SetLoopback, AddLocalRoute, AddDefaultRoute, AddThrowRoute, AddPair,
                 SetUp, AddQdisc, AddClass, AddTable, AddFilter>;
using Operations = std::vector<Operation>;

}  // namespace pleat::tc
