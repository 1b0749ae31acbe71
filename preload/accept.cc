// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include "preload/process.hh"
#include "preload/show.hh"

PLEAT_INTERPOSED int accept(int fd, sockaddr* address, socklen_t* length) {
  return pleat::call_and_show(pleat::show_peer, address, length,
                              [=] { return pleat::next().accept(fd, address, length); });
}

PLEAT_INTERPOSED int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
  return pleat::call_and_show(pleat::show_peer, address, length,
                              [=] { return pleat::next().accept4(fd, address, length, flags); });
}
