// SPDX-License-Identifier: Apache-2.0
// An address as the kernel's calls want it.
#pragma once

#include <sys/socket.h>

#include "model/address.hh"

namespace pleat {

struct SocketName {
  sockaddr_storage storage = {};
  socklen_t bytes = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketName socket_name(const Address& address);  // port 0
SocketName own_name(int fd);                     // of a bound socket; throws SystemError

}  // namespace pleat
