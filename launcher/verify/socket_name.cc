// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/socket_name.hh"

#include <netinet/in.h>

#include <cstring>

#include "sys/error.hh"

namespace pleat {

SocketName socket_name(const Address& address) {
  SocketName name;
  if (address.family() == Family::kIpv4) {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(name.storage);
    ipv4.sin_family = AF_INET;
    std::memcpy(&ipv4.sin_addr, address.bytes().data(), sizeof ipv4.sin_addr);
    name.bytes = sizeof ipv4;
  } else {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(name.storage);
    ipv6.sin6_family = AF_INET6;
    std::memcpy(&ipv6.sin6_addr, address.bytes().data(), sizeof ipv6.sin6_addr);
    name.bytes = sizeof ipv6;
  }
  return name;
}

SocketName own_name(int fd) {
  SocketName name;
  check_call(::getsockname(fd, name.get(), &name.bytes), "ask for", "a socket's address");
  return name;
}

}  // namespace pleat
