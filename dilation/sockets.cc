// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "dilation/by_number.hh"
#include "dilation/memory.hh"
#include "dilation/option.hh"
#include "dilation/process.hh"
#include "dilation/times.hh"

// Sockets: options that are times, and when messages came.

namespace pleat {

void stamps_to_node(const msghdr& message) noexcept {
  auto& head = const_cast<msghdr&>(message);  // CMSG_NXTHDR changes nothing
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_len < CMSG_LEN(0)) return;
    stamp_to_node(dilation(), part->cmsg_level, part->cmsg_type,
                  reinterpret_cast<std::byte*>(CMSG_DATA(part)), part->cmsg_len - CMSG_LEN(0));
  }
}

}  // namespace pleat

PLEAT_INTERPOSED int setsockopt(int fd, int level, int name, const void* value,
                                socklen_t length) noexcept {
  using namespace pleat;
  const OptionKind kind = option_kind(level, name);
  std::array<std::byte, kLongestOption> host;
  const std::size_t size = std::min<std::size_t>(length, host.size());  // the kernel reads no more
  const bool is_negative = length > INT_MAX;
  if (kind == OptionKind::kOther || is_negative || !is_readable(value, size)) {
    return next_in_time().setsockopt(fd, level, name, value, length);
  }
  if (size > 0) std::memcpy(host.data(), value, size);
  option_to_host(dilation(), kind, host.data(), size);
  return next_in_time().setsockopt(fd, level, name, host.data(), static_cast<socklen_t>(size));
}

PLEAT_INTERPOSED int getsockopt(int fd, int level, int name, void* __restrict value,
                                socklen_t* __restrict length) noexcept {
  using namespace pleat;
  const int result = next_in_time().getsockopt(fd, level, name, value, length);
  const OptionKind kind = option_kind(level, name);
  if (result == 0 && kind != OptionKind::kOther) {
    option_to_node(dilation(), kind, static_cast<std::byte*>(value), *length);
  }
  return result;
}

PLEAT_INTERPOSED ssize_t recvmsg(int fd, msghdr* message, int flags) {
  using namespace pleat;
  const ssize_t received = next_in_time().recvmsg(fd, message, flags);
  if (received >= 0) stamps_to_node(*message);
  return received;
}

PLEAT_INTERPOSED int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags,
                              timespec* timeout) {
  using namespace pleat;
  const bool is_timed = is_there(timeout);
  timespec left = is_timed ? span_to_host(dilation(), *timeout) : timespec{};
  const int received =
      next_in_time().recvmmsg(fd, messages, count, flags, is_timed ? &left : timeout);
  if (received >= 0 && is_timed) *timeout = left_to_node(dilation(), left);
  for (int i = 0; i < received; ++i) stamps_to_node(messages[i].msg_hdr);
  return received;
}
