// SPDX-License-Identifier: Apache-2.0
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "preload/interfaces.hh"
#include "preload/process.hh"

namespace pleat {
namespace {

// One block, as libc's, so that libc's freeifaddrs frees it.
struct Shown {
  struct Entry {
    ifaddrs list;  // first: the list of the first entry is the block
    sockaddr_storage address;
    sockaddr_storage netmask;
    rtnl_link_stats counters;
    std::array<char, IFNAMSIZ> name;
  };
  std::array<Entry, 6> entries;
  std::size_t count;
};

class List {
 public:
  explicit List(Shown* shown) noexcept : shown_(shown) {}

  void add_link(unsigned index, unsigned short type, const std::array<std::uint8_t, 6>& address) {
    sockaddr_ll name{};
    name.sll_family = AF_PACKET;
    name.sll_ifindex = static_cast<int>(index);
    name.sll_hatype = type;
    name.sll_halen = static_cast<unsigned char>(address.size());
    std::memcpy(name.sll_addr, address.data(), address.size());
    Shown::Entry& entry = add(index, &name, sizeof name);
    entry.list.ifa_data = &entry.counters;
  }

  void add_ipv4(unsigned index, in_addr address, in_addr mask) {
    const Name name = v4_name(address, 0);
    const Name netmask = v4_name(mask, 0);
    set_netmask(add(index, &name.v4, sizeof name.v4), &netmask.v4, sizeof netmask.v4);
  }

  void add_ipv6(unsigned index, const in6_addr& address) {
    in6_addr all_bits;
    std::memset(&all_bits, 0xff, sizeof all_bits);
    const Name name = v6_name(address, 0);
    const Name netmask = v6_name(all_bits, 0);
    set_netmask(add(index, &name.v6, sizeof name.v6), &netmask.v6, sizeof netmask.v6);
  }

 private:
  Shown::Entry& add(unsigned index, const void* name, std::size_t size) {
    const bool is_loopback = index == kLoopbackIndex;
    Shown::Entry& entry = shown_->entries[shown_->count];
    if (shown_->count > 0) shown_->entries[shown_->count - 1].list.ifa_next = &entry.list;
    ++shown_->count;
    std::strcpy(entry.name.data(), is_loopback ? kLoopbackName : kLinkName);
    std::memcpy(&entry.address, name, size);
    entry.list.ifa_name = entry.name.data();
    entry.list.ifa_flags = static_cast<unsigned>(is_loopback ? kLoopbackFlags : kLinkFlags);
    entry.list.ifa_addr = reinterpret_cast<sockaddr*>(&entry.address);
    return entry;
  }

  static void set_netmask(Shown::Entry& entry, const void* mask, std::size_t size) {
    std::memcpy(&entry.netmask, mask, size);
    entry.list.ifa_netmask = reinterpret_cast<sockaddr*>(&entry.netmask);
  }

  Shown* shown_;
};

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int getifaddrs(ifaddrs** list) noexcept {
  using namespace pleat;
  const Identity* node = identity();
  if (node == nullptr) return next().getifaddrs(list);
  auto* shown = static_cast<Shown*>(std::calloc(1, sizeof(Shown)));
  if (shown == nullptr) return -1;  // errno is calloc's
  List entries(shown);
  entries.add_link(kLoopbackIndex, ARPHRD_LOOPBACK, {});
  entries.add_link(kLinkIndex, ARPHRD_ETHER, link_address(*node));
  entries.add_ipv4(kLoopbackIndex, {htonl(INADDR_LOOPBACK)}, {htonl(IN_CLASSA_NET)});
  if (node->v4) entries.add_ipv4(kLinkIndex, *node->v4, kLinkMask);
  entries.add_ipv6(kLoopbackIndex, in6addr_loopback);
  if (node->v6) entries.add_ipv6(kLinkIndex, *node->v6);
  *list = &shown->entries[0].list;
  return 0;
}
