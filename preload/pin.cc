// SPDX-License-Identifier: Apache-2.0
#include "preload/pin.hh"

#include <netinet/in.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "preload/facts.hh"
#include "preload/process.hh"
#include "preload/refuse.hh"

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

void set_option(int fd, int level, int option, int value) noexcept {
  const int saved = errno;
  next().setsockopt(fd, level, option, &value, sizeof value);
  errno = saved;
}

}  // namespace

int pin(int fd, const Name& local) noexcept {
  switch (bind_blindly(fd, local)) {
    case Bound::kNow: return 0;
    case Bound::kFailed: return -1;
    case Bound::kBefore: break;
  }
  return is_mapped(local) && identity()->v6 ? move_to_mapped(fd, local) : 0;
}

int move_to_mapped(int fd, const Name& local) noexcept {
  const std::optional<Name> current = name_of(fd);
  if (!current) return 0;
  const bool is_stream = option_of(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM;
  if (is_in_the_way(*current) && is_stream) {
    // A connect that failed has left it there, and the bind before that made it IPv6 only. Fails if
    // it was the program that bound it. The port tells nothing: a failed connect leaves one behind.
    set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  } else if (is_in_the_way(*current) && port_of(*current) != 0) {
    // The kernel would send from 127.0.0.6, which it takes for the IPv4 side of such a socket.
    return refuse(ENETUNREACH);
  } else if (port_of(*current) != 0) {
    return 0;
  }
  // Where this is refused once more, the program made the socket IPv6 only, and the kernel says so.
  return bind_blindly(fd, local) == Bound::kFailed ? -1 : 0;
}

int pin_for_connect(int fd, const Name& local) noexcept {
  // Where a kind of socket does not know the option, bind takes a port: as good for one socket.
  set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  return pin(fd, local);
}

int pin_at_birth(int fd, const Identity& node, int domain, int type, int protocol) noexcept {
  const Birth birth = birth_of(node, domain, type, protocol);
  if (birth == Birth::kNothing) return 0;
  const Name local = home(node, carries(domain, type, protocol));
  const Bound bound = bind_blindly(fd, local);
  if (bound == Bound::kFailed) return -1;
  if (bound == Bound::kBefore || birth == Birth::kAddress) return 0;
  const sockaddr unspecified{AF_UNSPEC, {}};
  // Not by libc's connect: that is a cancellation point, and socket, which comes here, is none.
  if (syscall(SYS_connect, fd, &unspecified, sizeof unspecified) != 0) return -1;
  // Bound to an IPv6 address it has become IPv6 only, which the program did not ask for.
  if (ipv6_of(local)) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  return 0;
}

}  // namespace pleat
