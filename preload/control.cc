// SPDX-License-Identifier: Apache-2.0
#include "preload/control.hh"

#include <netinet/in.h>

#include <cstring>

namespace pleat {
namespace {

bool is_source(const cmsghdr& header) noexcept {
  return (header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_PKTINFO) ||
         (header.cmsg_level == IPPROTO_IPV6 && header.cmsg_type == IPV6_PKTINFO);
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

}  // namespace pleat
