// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>

#include "preload/identity.hh"

// Socket options that name an interface or a group.
//
// Groups: a program joins one and goes on, and nothing is ever received. The sockets are bound to
// their node's address, so the kernel would deliver nothing; but it would announce memberships on
// the lab's interfaces, and refuse them where there is no route. So joining becomes leaving, which
// the kernel examines in the same way: all that it can say of a join that is in order is that
// there is no such membership, or no interface to look for it.
namespace pleat {

struct Option {
  enum class Way {
    kAsItIs,
    kRewritten,  // set `name` to `value` instead
    kGroup,      // the same, and "not a member" is success
    kNoDevice,   // names an interface that is not there
  };
  Way way;
  int name;
  socklen_t length;  // of the value
  alignas(group_req) std::array<std::byte, sizeof(group_req)> value;
};

// `value` has `length` bytes that can be read. The value is looked at only where `concerns` says
// so, which is the quick answer for all other options.
bool concerns(int level, int name) noexcept;
Option option_to_set(const Identity& node, int level, int name, const void* value,
                     socklen_t length) noexcept;

}  // namespace pleat
