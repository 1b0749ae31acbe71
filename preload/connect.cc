// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "preload/bpf.hh"
#include "preload/facts.hh"
#include "preload/pin.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"

namespace pleat {
namespace {

// Leaves the choice of the port to connect, and sees to it that the address can be read: in one
// call, as this one is the most frequent of those that are slowed down. The option is on for any
// value but 0, which no address begins with (AF_UNSPEC aside), and the kernel reads the value where
// the address is. Absent as from read_name; where the socket has no such option, that is asked.
std::optional<Name> leave_port_open(int fd, const sockaddr* address, socklen_t length) noexcept {
  if (!is_length_of_a_name(length) || !is_plausible(address)) return std::nullopt;
  const int saved = errno;
  const int result =
      next().setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, address, sizeof(int));
  errno = saved;
  if (result != 0 || !is_on_one_page(address, length)) return read_name(address, length);
  return name_from(address, length, length);
}

// A connect that fails leaves the socket as it was: for a bind that follows the port is chosen
// again.
int failed(int fd) noexcept {
  const int why = errno;
  const int off = 0;
  next().setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &off, sizeof off);
  errno = why;
  return -1;
}

int result_of_connect(int fd, int result) noexcept {
  return result == 0 || errno == EINPROGRESS || errno == EINTR ? result : failed(fd);
}

// After a connect to AF_UNSPEC a datagram socket is as good as new, except that it may still be at
// own loopback, where an earlier connect left it, and that connect may have left the option on.
int pin_again(int fd, const Identity& node) noexcept {
  const int domain = option_of(fd, SOL_SOCKET, SO_DOMAIN);
  const int type = option_of(fd, SOL_SOCKET, SO_TYPE);
  const int protocol = option_of(fd, SOL_SOCKET, SO_PROTOCOL);
  if (birth_of(node, domain, type, protocol) != Birth::kAddressWithoutPort) return 0;
  const int saved = errno;
  const int off = 0, on = 1;
  const bool v6only = domain == AF_INET6 && option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1;
  next().setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &off, sizeof off);
  errno = saved;
  const int result = pin_at_birth(fd, node, domain, type, protocol);
  // A birth resets it, and the program has set it since.
  if (v6only && node.v6) next().setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  return result;
}

// Whether bpf does all that there is to do before this. IPv4 names, which are most, need no look:
// what is as short and none is AF_UNSPEC or refused by the kernel.
bool is_left_to_bpf(int fd, const Identity& node, const sockaddr* address,
                    socklen_t length) noexcept {
  if (!is_bpf_at_work() || !is_for_bpf(fd)) return false;
  if (length < kShortestV6) return true;
  const std::optional<Name> asked = read_name(address, length);
  return asked && bpf_pins_towards(node, *asked);
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int connect(int fd, const sockaddr* address, socklen_t length) {
  using namespace pleat;
  const Identity* node = identity();
  if (node != nullptr && is_left_to_bpf(fd, *node, address, length)) {
    const int result = next().connect(fd, address, length);
    const bool is_new = result == 0 && address->sa_family == AF_UNSPEC;
    return is_new ? pin_again(fd, *node) : result;
  }
  const auto asked = node != nullptr ? leave_port_open(fd, address, length) : std::nullopt;
  if (!asked) return next().connect(fd, address, length);
  if (asked->any.sa_family == AF_UNSPEC) {
    const int result = next().connect(fd, address, length);
    return result == 0 ? pin_again(fd, *node) : result;
  }
  const Ends ends = ends_towards(*node, *asked);
  if (ends.way == Way::kOpen) {
    if (pin(fd, ends.local) != 0) return failed(fd);
    return result_of_connect(fd, next().connect(fd, ends.remote.get(), ends.remote.length));
  }
  if (ends.way == Way::kNotOurs || !is_for(fd, asked->any.sa_family)) {
    return result_of_connect(fd, next().connect(fd, address, length));
  }
  errno = ENETUNREACH;
  return failed(fd);
}

// libc's other name for it.
extern "C" __attribute__((visibility("default"), alias("connect"))) int __connect(
    int fd, const sockaddr* address, socklen_t length);
