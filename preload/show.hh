// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <optional>

#include "preload/decide.hh"
#include "preload/process.hh"

// Showing a program the names that it would see on a host of its own.
namespace pleat {

// own_name_to_show or peer_name_to_show.
using Show = std::optional<Name> (*)(const Identity& node, const Name& real) noexcept;

// How many bytes the program has for a name; 0 where it wants none or its length cannot be
// read. The kernel has written to `address` before anything here does.
socklen_t name_capacity(const sockaddr* address, const socklen_t* length) noexcept;

// Replaces the name that the kernel has just written to `address` by what `show` makes of it.
// `capacity` is what there was room for, `length` what the whole name takes.
void show_name(const Identity& node, Show show, sockaddr* address, socklen_t capacity,
               socklen_t length) noexcept;

// Makes a system call that writes a name to `address` and shows it.
template <typename Call>
auto call_and_show(Show show, sockaddr* address, socklen_t* length, Call call) {
  const Identity* node = identity();
  const socklen_t capacity = node != nullptr ? name_capacity(address, length) : 0;
  const auto result = call();
  if (result >= 0 && capacity > 0) show_name(*node, show, address, capacity, *length);
  return result;
}

}  // namespace pleat
