// SPDX-License-Identifier: Apache-2.0
#include "preload/bpf.hh"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "preload/decide.hh"
#include "preload/facts.hh"
#include "preload/process.hh"

namespace pleat {
namespace {

enum class Seen : unsigned char { kNothing, kBpf, kNoBpf };

// No lock: who looks at the same time sees the same. A child starts with what its parent has seen,
// and is in the same cgroup: a node's processes may not leave it.
constinit std::atomic<Seen> seen{Seen::kNothing};

// Of this process, and of those that it is a copy of.
constinit std::atomic<bool> has_made_others{false};

// Nothing: there was no socket to be had to look with, which may be otherwise the next time.
Seen look(const Identity& node) noexcept {
  const int fd = next().socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return Seen::kNothing;
  const Name wildcard = v4_name(kWildcard, 0);
  const bool is_bound = next().bind(fd, wildcard.get(), wildcard.length) == 0;
  const std::optional<Name> bound = is_bound ? name_of(fd) : std::nullopt;
  syscall(SYS_close, fd);  // not by libc: no cancellation with half of this done
  if (!bound) return Seen::kNothing;
  // What bpf shows of own loopback, which a node without an IPv4 address is bound to.
  const in_addr expected = node.v4.value_or(in_addr{htonl(INADDR_LOOPBACK)});
  return ipv4_of(*bound)->s_addr == expected.s_addr ? Seen::kBpf : Seen::kNoBpf;
}

}  // namespace

bool is_bpf_at_work() noexcept {
  const Process& self = process();
  if (!self.is_said_to_have_bpf) return false;
  Seen known = seen.load(std::memory_order_relaxed);
  if (known == Seen::kNothing) {
    const int saved = errno;
    known = look(self.identity);
    errno = saved;
    seen.store(known, std::memory_order_relaxed);
  }
  return known == Seen::kBpf;
}

void note_kind(int domain, int type, int protocol) noexcept {
  if (!process().is_said_to_have_bpf || bpf_pins(domain, type, protocol)) return;
  has_made_others.store(true, std::memory_order_relaxed);
}

bool is_for_bpf(int fd) noexcept {
  return !has_made_others.load(std::memory_order_relaxed) ||
         option_of(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP;
}

}  // namespace pleat
