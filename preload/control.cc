// SPDX-License-Identifier: Apache-2.0
#include "preload/control.hh"

#include <netinet/in.h>
#include <time.h>  // before the next one, which needs it

#include <linux/errqueue.h>

#include <cstring>

#include "preload/interfaces.hh"

namespace pleat {
namespace {

constexpr int kIpv6OriginalDestination = 74;  // IPV6_ORIGDSTADDR, which <netinet/in.h> lacks

bool is_source(const cmsghdr& header) noexcept {
  return (header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_PKTINFO) ||
         (header.cmsg_level == IPPROTO_IPV6 &&
          (header.cmsg_type == IPV6_PKTINFO || header.cmsg_type == IPV6_2292PKTINFO));
}

// Visits every control message: its header, and where it begins. False if one is malformed, by the
// kernel's rule. CMSG_NXTHDR would end there without a word.
template <typename Visit>
bool visit_each(const msghdr& message, Visit visit) noexcept {
  const auto* begin = static_cast<const std::byte*>(message.msg_control);
  std::size_t left = message.msg_controllen;
  while (left >= sizeof(cmsghdr)) {
    cmsghdr header;
    std::memcpy(&header, begin, sizeof header);
    if (header.cmsg_len < sizeof header || header.cmsg_len > left) return false;
    visit(header, begin);
    const std::size_t step = CMSG_ALIGN(header.cmsg_len);
    if (step >= left) return true;
    begin += step;
    left -= step;
  }
  return true;
}

// A part of a control message's data, of which `size` bytes are there.
template <typename Part, typename Change>
void change(std::byte* data, std::size_t size, std::size_t offset, Change apply) noexcept {
  if (size < offset + sizeof(Part)) return;
  Part part;
  std::memcpy(&part, data + offset, sizeof part);
  apply(part);
  std::memcpy(data + offset, &part, sizeof part);
}

void show(const Identity& node, in_addr& address) noexcept {
  if (address.s_addr == node.loopback4.s_addr) address.s_addr = htonl(INADDR_LOOPBACK);
}

void show(const Identity& node, in6_addr& address) noexcept {
  if (IN6_ARE_ADDR_EQUAL(&address, &node.loopback6)) address = in6addr_loopback;
  if (!IN6_IS_ADDR_V4MAPPED(&address)) return;
  in_addr ipv4{address.s6_addr32[3]};
  show(node, ipv4);
  address.s6_addr32[3] = ipv4.s_addr;
}

bool is_own_loopback(const Identity& node, in_addr address) noexcept {
  return address.s_addr == node.loopback4.s_addr;
}

bool is_own_loopback(const Identity& node, const in6_addr& address) noexcept {
  return IN6_ARE_ADDR_EQUAL(&address, &node.loopback6) ||
         (IN6_IS_ADDR_V4MAPPED(&address) && is_own_loopback(node, in_addr{address.s6_addr32[3]}));
}

unsigned index_of(bool is_loopback) noexcept { return is_loopback ? kLoopbackIndex : kLinkIndex; }

void show_name_at(const Identity& node, std::byte* data, std::size_t size,
                  std::size_t offset) noexcept {
  sa_family_t family = AF_UNSPEC;
  change<sa_family_t>(data, size, offset, [&](sa_family_t& found) { family = found; });
  if (family == AF_INET) {
    change<sockaddr_in>(data, size, offset, [&](sockaddr_in& name) { show(node, name.sin_addr); });
  } else if (family == AF_INET6) {
    change<sockaddr_in6>(data, size, offset,
                         [&](sockaddr_in6& name) { show(node, name.sin6_addr); });
  }
}

void show_ipv4(const Identity& node, int type, std::byte* data, std::size_t size) noexcept {
  switch (type) {
    case IP_PKTINFO:
      change<in_pktinfo>(data, size, 0, [&](in_pktinfo& info) {
        info.ipi_ifindex = static_cast<int>(index_of(is_own_loopback(node, info.ipi_addr)));
        show(node, info.ipi_addr);
        show(node, info.ipi_spec_dst);
      });
      break;
    case IP_RECVERR: show_name_at(node, data, size, sizeof(sock_extended_err)); break;
    case IP_ORIGDSTADDR: show_name_at(node, data, size, 0); break;
    default: break;
  }
}

void show_ipv6(const Identity& node, int type, std::byte* data, std::size_t size) noexcept {
  switch (type) {
    case IPV6_PKTINFO:
    case IPV6_2292PKTINFO:  // as an older standard has it
      change<in6_pktinfo>(data, size, 0, [&](in6_pktinfo& info) {
        info.ipi6_ifindex = index_of(is_own_loopback(node, info.ipi6_addr));
        show(node, info.ipi6_addr);
      });
      break;
    case IPV6_RECVERR: show_name_at(node, data, size, sizeof(sock_extended_err)); break;
    case kIpv6OriginalDestination: show_name_at(node, data, size, 0); break;
    default: break;
  }
}

}  // namespace

bool names_a_source(const msghdr& message) noexcept {
  bool found = false;
  const bool is_well_formed = visit_each(
      message, [&](const cmsghdr& header, const std::byte*) { found |= is_source(header); });
  return found && is_well_formed;
}

Control without_source(const msghdr& message) noexcept {
  Control kept{};
  kept.fits = true;
  visit_each(message, [&](const cmsghdr& header, const std::byte* begin) {
    if (is_source(header)) return;
    if (CMSG_ALIGN(header.cmsg_len) > kept.bytes.size() - kept.size) {
      kept.fits = false;
      return;
    }
    std::memcpy(&kept.bytes[kept.size], begin, header.cmsg_len);
    kept.size += CMSG_ALIGN(header.cmsg_len);
  });
  return kept;
}

void show_control(const Identity& node, const msghdr& message) noexcept {
  auto* block = static_cast<std::byte*>(message.msg_control);
  visit_each(message, [&](const cmsghdr& header, const std::byte* begin) {
    std::byte* data = block + (begin - block) + CMSG_LEN(0);
    const std::size_t size = header.cmsg_len - CMSG_LEN(0);
    if (header.cmsg_level == IPPROTO_IP) show_ipv4(node, header.cmsg_type, data, size);
    if (header.cmsg_level == IPPROTO_IPV6) show_ipv6(node, header.cmsg_type, data, size);
  });
}

}  // namespace pleat
