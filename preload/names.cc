// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include "preload/process.hh"
#include "preload/show.hh"

PLEAT_INTERPOSED int getsockname(int fd, sockaddr* address, socklen_t* length) noexcept {
  return pleat::call_and_show(pleat::show_own_name, address, length,
                              [=] { return pleat::next().getsockname(fd, address, length); });
}

PLEAT_INTERPOSED int getpeername(int fd, sockaddr* address, socklen_t* length) noexcept {
  return pleat::call_and_show(pleat::show_peer, address, length,
                              [=] { return pleat::next().getpeername(fd, address, length); });
}
