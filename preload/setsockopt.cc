// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <cerrno>

#include "preload/facts.hh"
#include "preload/option.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"

namespace pleat {
namespace {

int set_group(int fd, int level, const Option& option) noexcept {
  const int saved = errno;
  const int result = next().setsockopt(fd, level, option.name, option.value.data(), option.length);
  if (result != 0 && errno != EADDRNOTAVAIL && errno != ENODEV) return -1;
  errno = saved;
  return 0;
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int setsockopt(int fd, int level, int name, const void* value,
                                socklen_t length) noexcept {
  using namespace pleat;
  const Identity* node = identity();
  if (!concerns(level, name) || node == nullptr || !is_readable(value, length)) {
    return next().setsockopt(fd, level, name, value, length);
  }
  const Option option = option_to_set(*node, level, name, value, length);
  switch (option.way) {
    case Option::Way::kAsItIs: break;
    case Option::Way::kRewritten:
      return next().setsockopt(fd, level, option.name, option.value.data(), option.length);
    case Option::Way::kGroup: return set_group(fd, level, option);
    case Option::Way::kNoDevice:
      if (!is_for(fd, level == IPPROTO_IP ? AF_INET : AF_INET6)) break;
      errno = ENODEV;
      return -1;
  }
  return next().setsockopt(fd, level, name, value, length);
}
