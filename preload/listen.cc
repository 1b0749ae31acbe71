// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <cerrno>

#include "preload/pin.hh"
#include "preload/process.hh"

namespace pleat {
namespace {

std::optional<Name> name_of(int fd) noexcept {
  const int saved = errno;
  Name name{};
  name.length = sizeof name.v6;
  if (next().getsockname(fd, name.get(), &name.length) == 0) return name;
  errno = saved;  // listen will say it
  return std::nullopt;
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int listen(int fd, int backlog) noexcept {
  using namespace pleat;
  if (const Identity* node = identity()) {
    const std::optional<Name> current = name_of(fd);
    const auto local = current ? name_to_listen_at(*node, *current) : std::nullopt;
    if (local && pin(fd, *local) != 0) return -1;
  }
  return next().listen(fd, backlog);
}
