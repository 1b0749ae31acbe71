// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <optional>

#include "preload/name.hh"

// What the kernel knows of a socket. All leave errno alone: where a question cannot be answered,
// the program's own call says why.
namespace pleat {

// 0 where the socket has no such option.
int option_of(int fd, int level, int option) noexcept;

// The real name, whatever the program is shown.
std::optional<Name> name_of(int fd) noexcept;

// Whether the socket takes names of this family.
bool is_for(int fd, int family) noexcept;

}  // namespace pleat
