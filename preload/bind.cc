// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "preload/process.hh"
#include "preload/program_memory.hh"

namespace pleat {
namespace {

bool is_v6only(int fd) noexcept {
  const int saved = errno;
  int v6only = 0;
  socklen_t length = sizeof v6only;
  // Fails on a socket of another family, which bind will say.
  getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, &length);
  errno = saved;
  return v6only != 0;
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int bind(int fd, const sockaddr* address, socklen_t length) noexcept {
  using namespace pleat;
  const Identity* node = identity();
  const auto asked = node != nullptr ? read_name(address, length) : std::nullopt;
  if (!asked) return next().bind(fd, address, length);
  const bool v6only = is_v6_wildcard(*asked) && is_v6only(fd);
  const std::optional<Name> name = name_to_bind(*node, *asked, v6only);
  if (!name) return next().bind(fd, address, length);
  return next().bind(fd, name->get(), name->length);
}
