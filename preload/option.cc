// SPDX-License-Identifier: Apache-2.0
#include "preload/option.hh"

#include <algorithm>
#include <climits>
#include <cstring>

#include "preload/interfaces.hh"

namespace pleat {
namespace {

constexpr Option kAsItIs{Option::Way::kAsItIs, 0, 0, {}};
constexpr Option kNoDevice{Option::Way::kNoDevice, 0, 0, {}};

constexpr int kIpv6UnicastIf = 76;  // <linux/in6.h>, which does not go with <netinet/in.h>

// The sources of a group begin as the group does.
static_assert(offsetof(group_source_req, gsr_group) == offsetof(group_req, gr_group));
static_assert(offsetof(ip_mreq_source, imr_interface) == offsetof(ip_mreq, imr_interface));
static_assert(offsetof(ip_mreqn, imr_address) == offsetof(ip_mreq, imr_interface));

template <typename Value>
Value value_from(const void* bytes) noexcept {
  Value value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename Value>
Option set(Option::Way way, int name, const Value& value) noexcept {
  static_assert(sizeof value <= sizeof Option::value);
  Option option{way, name, sizeof value, {}};
  std::memcpy(option.value.data(), &value, sizeof value);
  return option;
}

bool is_group(in_addr address) noexcept { return IN_MULTICAST(ntohl(address.s_addr)); }

// An interface by an address of it.
bool is_shown(const Identity& node, in_addr address) noexcept {
  return address.s_addr == INADDR_ANY || ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET ||
         (node.v4 && address.s_addr == node.v4->s_addr);
}

Option group_of_ipv4(const Identity& node, const void* value, socklen_t length, bool has_source) {
  if (length < (has_source ? sizeof(ip_mreq_source) : sizeof(ip_mreq))) return kAsItIs;
  ip_mreq group = value_from<ip_mreq>(value);
  if (!is_group(group.imr_multiaddr)) return kAsItIs;
  const bool has_index = !has_source && length >= sizeof(ip_mreqn);
  const int index = has_index ? value_from<ip_mreqn>(value).imr_ifindex : 0;
  if (index != 0 ? !real_index(static_cast<unsigned>(index))
                 : !is_shown(node, group.imr_interface)) {
    return kNoDevice;
  }
  group.imr_interface = {INADDR_ANY};
  return set(Option::Way::kGroup, IP_DROP_MEMBERSHIP, group);
}

Option group_of_ipv6(const void* value, socklen_t length) {
  if (length < sizeof(ipv6_mreq)) return kAsItIs;
  ipv6_mreq group = value_from<ipv6_mreq>(value);
  if (!IN6_IS_ADDR_MULTICAST(&group.ipv6mr_multiaddr)) return kAsItIs;
  if (!real_index(group.ipv6mr_interface)) return kNoDevice;
  group.ipv6mr_interface = 0;
  return set(Option::Way::kGroup, IPV6_LEAVE_GROUP, group);
}

bool is_group_of(int level, const sockaddr_storage& name) noexcept {
  if (level == IPPROTO_IP) {
    return name.ss_family == AF_INET && is_group(value_from<sockaddr_in>(&name).sin_addr);
  }
  const in6_addr address = value_from<sockaddr_in6>(&name).sin6_addr;
  return name.ss_family == AF_INET6 && IN6_IS_ADDR_MULTICAST(&address);
}

Option group_of_any(int level, const void* value, socklen_t length, bool has_source) {
  if (length < (has_source ? sizeof(group_source_req) : sizeof(group_req))) return kAsItIs;
  group_req group = value_from<group_req>(value);
  if (!is_group_of(level, group.gr_group)) return kAsItIs;
  if (!real_index(group.gr_interface)) return kNoDevice;
  group.gr_interface = 0;
  return set(Option::Way::kGroup, MCAST_LEAVE_GROUP, group);
}

// An interface that the kernel does not know either, so that it refuses in its own words.
constexpr unsigned kNowhere = INT_MAX;

unsigned index_for_kernel(unsigned shown) noexcept { return real_index(shown).value_or(kNowhere); }

Option interface_by_index(int name, const void* value, socklen_t length) {
  if (length < sizeof(unsigned)) return kAsItIs;
  return set(Option::Way::kRewritten, name, index_for_kernel(value_from<unsigned>(value)));
}

// IP_UNICAST_IF and its twin take an index in network byte order.
Option interface_for_sends(int name, const void* value, socklen_t length) {
  if (length < sizeof(unsigned)) return kAsItIs;
  const unsigned shown = ntohl(value_from<unsigned>(value));
  return set(Option::Way::kRewritten, name, htonl(index_for_kernel(shown)));
}

Option ipv4_interface_for_groups(const void* value, socklen_t length) {
  if (length < sizeof(ip_mreqn)) return kAsItIs;
  ip_mreqn interface = value_from<ip_mreqn>(value);
  const auto shown = static_cast<unsigned>(interface.imr_ifindex);
  if (shown == 0) return kAsItIs;
  interface.imr_ifindex = static_cast<int>(index_for_kernel(shown));
  if (interface.imr_ifindex == 0) interface.imr_address = {INADDR_ANY};
  return set(Option::Way::kRewritten, IP_MULTICAST_IF, interface);
}

// Of the access link the kernel knows nothing: a socket bound to it is bound to none.
Option device_by_name(const void* value, socklen_t length) {
  std::array<char, IFNAMSIZ> name{};
  std::memcpy(name.data(), value, std::min<std::size_t>(length, name.size() - 1));
  if (name[0] == '\0' || shown_index(name.data()) == kLoopbackIndex) return kAsItIs;
  const bool is_link = shown_index(name.data()) == kLinkIndex;
  name = {is_link ? '\0' : '/'};  // no interface can have such a name
  return set(Option::Way::kRewritten, SO_BINDTODEVICE, name);
}

Option device_by_index(const void* value, socklen_t length) {
  if (length < sizeof(unsigned)) return kAsItIs;
  const bool is_loopback = value_from<unsigned>(value) == kLoopbackIndex;
  if (value_from<int>(value) < 0) return kAsItIs;
  return set(Option::Way::kRewritten, SO_BINDTOIFINDEX, is_loopback ? kLoopbackIndex : 0);
}

Option ipv4_option(const Identity& node, int name, const void* value, socklen_t length) {
  switch (name) {
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP: return group_of_ipv4(node, value, length, false);
    case IP_ADD_SOURCE_MEMBERSHIP:
    case IP_DROP_SOURCE_MEMBERSHIP:
    case IP_BLOCK_SOURCE:
    case IP_UNBLOCK_SOURCE: return group_of_ipv4(node, value, length, true);
    case IP_MULTICAST_IF: return ipv4_interface_for_groups(value, length);
    case IP_UNICAST_IF: return interface_for_sends(name, value, length);
    default: return kAsItIs;
  }
}

}  // namespace

bool concerns(int level, int name) noexcept {
  switch (level) {
    case SOL_SOCKET: return name == SO_BINDTODEVICE || name == SO_BINDTOIFINDEX;
    case IPPROTO_IP:
      return (name >= IP_MULTICAST_IF && name <= MCAST_LEAVE_SOURCE_GROUP) || name == IP_UNICAST_IF;
    case IPPROTO_IPV6:
      return name == IPV6_MULTICAST_IF || name == IPV6_JOIN_GROUP || name == IPV6_LEAVE_GROUP ||
             name == kIpv6UnicastIf ||
             (name >= MCAST_JOIN_GROUP && name <= MCAST_LEAVE_SOURCE_GROUP);
    default: return false;
  }
}

Option option_to_set(const Identity& node, int level, int name, const void* value,
                     socklen_t length) noexcept {
  if (level == SOL_SOCKET) {
    return name == SO_BINDTODEVICE ? device_by_name(value, length) : device_by_index(value, length);
  }
  switch (name) {
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP: return group_of_any(level, value, length, false);
    case MCAST_JOIN_SOURCE_GROUP:
    case MCAST_LEAVE_SOURCE_GROUP:
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE: return group_of_any(level, value, length, true);
    default: break;
  }
  if (level == IPPROTO_IP) return ipv4_option(node, name, value, length);
  switch (name) {
    case IPV6_JOIN_GROUP:
    case IPV6_LEAVE_GROUP: return group_of_ipv6(value, length);
    case IPV6_MULTICAST_IF: return interface_by_index(name, value, length);
    case kIpv6UnicastIf: return interface_for_sends(name, value, length);
    default: return kAsItIs;
  }
}

}  // namespace pleat
