// SPDX-License-Identifier: Apache-2.0
#include "preload/pin.hh"

#include <netinet/in.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "preload/process.hh"

namespace pleat {
namespace {

enum class Bound { kNow, kBefore, kFailed };

// EINVAL: has a port already, or is a socket of another kind. Then the program's own call says what
// is wrong with it, if anything is.
Bound bind_blindly(int fd, const Name& local) noexcept {
  const int saved = errno;
  if (next().bind(fd, local.get(), local.length) == 0) return Bound::kNow;
  if (errno != EINVAL) return Bound::kFailed;
  errno = saved;
  return Bound::kBefore;
}

}  // namespace

int pin(int fd, const Name& local) noexcept {
  return bind_blindly(fd, local) == Bound::kFailed ? -1 : 0;
}

int pin_for_connect(int fd, const Name& local) noexcept {
  const int saved = errno;
  const int on = 1;
  // Where a kind of socket does not know the option, bind takes a port: as good for one socket.
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  errno = saved;
  return pin(fd, local);
}

int pin_at_birth(int fd, const Identity& node, int domain, Birth birth) noexcept {
  if (birth == Birth::kNothing) return 0;
  const Bound bound = bind_blindly(fd, home(node, domain));
  if (bound == Bound::kFailed) return -1;
  if (bound == Bound::kBefore || birth == Birth::kAddress) return 0;
  const sockaddr unspecified{AF_UNSPEC, {}};
  // Not by libc's connect: that is a cancellation point, and socket, which comes here, is none.
  return static_cast<int>(syscall(SYS_connect, fd, &unspecified, sizeof unspecified));
}

}  // namespace pleat
