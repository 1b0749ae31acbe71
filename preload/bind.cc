// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "preload/bpf.hh"
#include "preload/facts.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"
#include "preload/refuse.hh"

PLEAT_INTERPOSED int bind(int fd, const sockaddr* address, socklen_t length) noexcept {
  using namespace pleat;
  const Identity* node = identity();
  const auto asked = node != nullptr ? read_name(address, length) : std::nullopt;
  if (!asked) return next().bind(fd, address, length);
  if (bpf_carries_both(*node, *asked) && option_of(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_UDP &&
      is_bpf_at_work()) {
    return next().bind(fd, address, length);
  }
  const bool v6only =
      matters_v6only(*node, *asked) && option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY) != 0;
  const Asked to_bind = name_to_bind(*node, *asked, v6only);
  if (to_bind.way == Way::kOpen) return next().bind(fd, to_bind.name.get(), to_bind.name.length);
  if (to_bind.way == Way::kNotOurs || !is_for(fd, asked->any.sa_family)) {
    return next().bind(fd, address, length);
  }
  return refuse(EADDRNOTAVAIL);
}
