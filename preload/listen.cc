// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include "preload/facts.hh"
#include "preload/pin.hh"
#include "preload/process.hh"

PLEAT_INTERPOSED int listen(int fd, int backlog) noexcept {
  using namespace pleat;
  if (const Identity* node = identity()) {
    const std::optional<Name> current = name_of(fd);
    const bool v6only =
        current && matters_v6only(*node, *current) && option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY) != 0;
    const auto local = current ? name_to_listen_at(*node, *current, v6only) : std::nullopt;
    if (local && pin(fd, *local) != 0) return -1;
  }
  return next().listen(fd, backlog);
}
