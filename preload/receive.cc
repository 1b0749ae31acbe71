// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "preload/control.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"
#include "preload/show.hh"

namespace pleat {
namespace {

socklen_t name_capacity(const msghdr& message) noexcept {
  return pleat::name_capacity(static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
}

// Everything that tells of an address in a message that has been received.
void show_message(const Identity& node, const msghdr& message, socklen_t capacity) noexcept {
  if (capacity > 0) {
    show_peer(node, static_cast<sockaddr*>(message.msg_name), capacity, message.msg_namelen);
  }
  if (message.msg_controllen > 0) show_control(node, message);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED ssize_t recvfrom(int fd, void* data, size_t size, int flags, sockaddr* address,
                                  socklen_t* length) {
  return pleat::call_and_show(pleat::show_peer, address, length, [=] {
    return pleat::next().recvfrom(fd, data, size, flags, address, length);
  });
}

PLEAT_INTERPOSED ssize_t __recvfrom_chk(int fd, void* data, size_t size, size_t capacity, int flags,
                                        sockaddr* address, socklen_t* length) {
  return pleat::call_and_show(pleat::show_peer, address, length, [=] {
    return pleat::next().recvfrom_chk(fd, data, size, capacity, flags, address, length);
  });
}

PLEAT_INTERPOSED ssize_t recvmsg(int fd, msghdr* message, int flags) {
  using namespace pleat;
  const Identity* node = identity();
  const bool is_ours = node != nullptr && is_readable(message, sizeof *message);
  const socklen_t capacity = is_ours ? name_capacity(*message) : 0;
  const ssize_t received = next().recvmsg(fd, message, flags);
  if (received >= 0 && is_ours) show_message(*node, *message, capacity);
  return received;
}

PLEAT_INTERPOSED int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags,
                              timespec* timeout) {
  using namespace pleat;
  const Identity* node = identity();
  if (node == nullptr ||
      !is_readable(messages, std::min(count, kMostMessages) * sizeof *messages)) {
    return next().recvmmsg(fd, messages, count, flags, timeout);
  }
  // The kernel overwrites the lengths. No name that matters needs more than a byte to say its own,
  // which keeps this small enough for a signal handler's stack.
  std::array<std::uint8_t, kMostMessages> capacities;
  for (unsigned i = 0; i < std::min(count, kMostMessages); ++i) {
    const socklen_t capacity = name_capacity(messages[i].msg_hdr);
    capacities[i] = static_cast<std::uint8_t>(std::min<socklen_t>(capacity, UINT8_MAX));
  }
  const int received = next().recvmmsg(fd, messages, count, flags, timeout);
  for (int i = 0; i < received; ++i) {
    show_message(*node, messages[i].msg_hdr, capacities[static_cast<unsigned>(i)]);
  }
  return received;
}
