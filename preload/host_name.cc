// SPDX-License-Identifier: Apache-2.0
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "preload/process.hh"

// The name of the host: all nodes of a lab share the kernel's, so PLEAT_NODE takes its place.

namespace pleat {
namespace {

int copy_host_name(char* name, std::size_t size) noexcept {
  const char* node = process().node_name.data();
  const std::size_t needed = std::strlen(node) + 1;
  std::memcpy(name, node, std::min(needed, size));
  if (needed <= size) return 0;
  errno = ENAMETOOLONG;  // and what there is room for, as libc
  return -1;
}

bool has_node_name() noexcept { return process().node_name[0] != '\0'; }

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int gethostname(char* name, size_t size) noexcept {
  using namespace pleat;
  return has_node_name() ? copy_host_name(name, size) : next().gethostname(name, size);
}

PLEAT_INTERPOSED int __gethostname_chk(char* name, size_t size, size_t capacity) noexcept {
  using namespace pleat;
  // Of a buffer that is too small libc says so and stops.
  if (!has_node_name() || size > capacity) {
    return next().gethostname_chk(name, size, capacity);
  }
  return copy_host_name(name, size);
}

PLEAT_INTERPOSED int uname(utsname* name) noexcept {
  using namespace pleat;
  const int result = next().uname(name);
  if (result != 0 || !has_node_name()) return result;
  static_assert(sizeof name->nodename == sizeof Process::node_name);
  std::memcpy(name->nodename, process().node_name.data(), sizeof name->nodename);
  return result;
}
