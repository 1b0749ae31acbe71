// SPDX-License-Identifier: Apache-2.0
#include "preload/facts.hh"

#include <cerrno>

#include "preload/process.hh"

namespace pleat {

int option_of(int fd, int level, int option) noexcept {
  const int saved = errno;
  int value = 0;
  socklen_t length = sizeof value;
  getsockopt(fd, level, option, &value, &length);
  errno = saved;
  return value;
}

std::optional<Name> name_of(int fd) noexcept {
  const int saved = errno;
  Name name{};
  name.length = sizeof name.v6;
  if (next().getsockname(fd, name.get(), &name.length) == 0) return name;
  errno = saved;
  return std::nullopt;
}

bool is_for(int fd, int family) noexcept {
  const int domain = option_of(fd, SOL_SOCKET, SO_DOMAIN);
  // The kernel takes AF_UNSPEC for AF_INET in the destination of a datagram.
  if (family == AF_UNSPEC) family = AF_INET;
  if (domain == family) return true;
  return domain == AF_INET6 && family == AF_INET &&
         option_of(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM;
}

}  // namespace pleat
