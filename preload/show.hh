// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <algorithm>

#include "preload/decide.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"

// Showing a program the names that it would see on a host of its own.
namespace pleat {

// Replaces the name that the kernel has just written to `address` by what the program is shown.
// `capacity` is what there was room for, `length` what the whole name takes.
using Show = void (*)(const Identity& node, sockaddr* address, socklen_t capacity,
                      socklen_t length) noexcept;
void show_own_name(const Identity& node, sockaddr* address, socklen_t capacity,
                   socklen_t length) noexcept;
void show_any_peer(const Identity& node, sockaddr* address, socklen_t capacity,
                   socklen_t length) noexcept;
inline void show_peer(const Identity& node, sockaddr* address, socklen_t capacity,
                      socklen_t length) noexcept {
  const socklen_t written = std::min(capacity, length);
  if (is_of_another_host4(address, written) || is_of_another_host6(address, written)) return;
  show_any_peer(node, address, capacity, length);
}

// How many bytes the program has for a name; 0 where it wants none or its length cannot be
// read. The kernel has written to `address` before anything here does.
inline socklen_t name_capacity(const sockaddr* address, const socklen_t* length) noexcept {
  return is_plausible(address) && is_readable(length, sizeof *length) ? *length : 0;
}

// Makes a system call that writes a name to `address` and shows it.
template <typename Call>
[[gnu::always_inline]] inline auto call_and_show(Show show, sockaddr* address, socklen_t* length,
                                                 Call call) {
  const Identity* node = identity();
  const socklen_t capacity = node != nullptr ? name_capacity(address, length) : 0;
  const auto result = call();
  if (result >= 0 && capacity > 0) show(*node, address, capacity, *length);
  return result;
}

}  // namespace pleat
