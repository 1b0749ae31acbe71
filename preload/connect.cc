// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "preload/pin.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"

namespace pleat {
namespace {

int option_of(int fd, int option) noexcept {
  int value = 0;
  socklen_t length = sizeof value;
  getsockopt(fd, SOL_SOCKET, option, &value, &length);
  return value;
}

// Leaves the choice of the port to connect, and sees to it that the address can be read: in one
// call, as this one is the most frequent of those that are slowed down. The option is on for any
// value but 0, which no address begins with (AF_UNSPEC aside), and the kernel reads the value where
// the address is. Absent as from read_name; where the socket has no such option, that is asked.
std::optional<Name> leave_port_open(int fd, const sockaddr* address, socklen_t length) noexcept {
  if (!is_length_of_a_name(length) || !is_plausible(address)) return std::nullopt;
  const int saved = errno;
  const int result = setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, address, sizeof(int));
  errno = saved;
  if (result != 0 || !is_on_one_page(address, length)) return read_name(address, length);
  return name_from(address, length, length);
}

// After a connect to AF_UNSPEC a datagram socket is as good as new, except that it may still be at
// own loopback, where an earlier connect left it, and that connect may have left the option on.
int pin_again(int fd, const Identity& node) noexcept {
  const int domain = option_of(fd, SO_DOMAIN);
  const Birth birth = birth_of(domain, option_of(fd, SO_TYPE), option_of(fd, SO_PROTOCOL));
  if (birth != Birth::kAddressWithoutPort) return 0;
  const int saved = errno;
  const int off = 0;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &off, sizeof off);
  errno = saved;
  return pin_at_birth(fd, node, domain, birth);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int connect(int fd, const sockaddr* address, socklen_t length) {
  using namespace pleat;
  const Identity* node = identity();
  const auto asked = node != nullptr ? leave_port_open(fd, address, length) : std::nullopt;
  if (!asked) return next().connect(fd, address, length);
  if (asked->any.sa_family == AF_UNSPEC) {
    const int result = next().connect(fd, address, length);
    return result == 0 ? pin_again(fd, *node) : result;
  }
  const std::optional<Ends> ends = ends_towards(*node, *asked);
  if (!ends) return next().connect(fd, address, length);
  if (pin(fd, ends->local) != 0) return -1;
  return next().connect(fd, ends->remote.get(), ends->remote.length);
}
