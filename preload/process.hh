// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "preload/decide.hh"

// A definition that takes the place of libc's. exports.map lists the same names.
#define PLEAT_INTERPOSED extern "C" __attribute__((visibility("default")))

// Take the places of recvfrom and gethostname in programs built with -D_FORTIFY_SOURCE; no header
// declares them unless this library were built so.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" ssize_t __recvfrom_chk(int fd, void* data, size_t size, size_t capacity, int flags,
                                  sockaddr* address, socklen_t* length);
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" int __gethostname_chk(char* name, size_t size, size_t capacity) noexcept;

namespace pleat {

// The definitions that ours hide: libc's, or those of another preloaded library.
//
// Raw system calls would need no look-up, but libc's functions are more than that: connect, accept,
// the sends and the receives are cancellation points, which libc ends by unwinding the thread's
// stack. For the same reason ours of these are the only functions of the library without noexcept.
struct Next {
  decltype(&::socket) socket;
  decltype(&::bind) bind;
  decltype(&::connect) connect;
  decltype(&::listen) listen;
  decltype(&::accept) accept;
  decltype(&::accept4) accept4;
  decltype(&::sendto) sendto;
  decltype(&::sendmsg) sendmsg;
  decltype(&::sendmmsg) sendmmsg;
  decltype(&::recvfrom) recvfrom;
  decltype(&::__recvfrom_chk) recvfrom_chk;
  decltype(&::recvmsg) recvmsg;
  decltype(&::recvmmsg) recvmmsg;
  decltype(&::getsockname) getsockname;
  decltype(&::getpeername) getpeername;
  decltype(&::getaddrinfo) getaddrinfo;
  decltype(&::setsockopt) setsockopt;
  decltype(&::ioctl) ioctl;
  decltype(&::getifaddrs) getifaddrs;
  decltype(&::if_nameindex) if_nameindex;
  decltype(&::if_nametoindex) if_nametoindex;
  decltype(&::if_indextoname) if_indextoname;
  decltype(&::gethostname) gethostname;
  decltype(&::__gethostname_chk) gethostname_chk;
  decltype(&::uname) uname;
};

struct Process {
  Next next;
  Identity identity;
  bool is_pinned;
  bool is_said_to_have_bpf;        // by PLEAT_IDENTITY; is_bpf_at_work() looks
  std::array<char, 65> node_name;  // as long as in utsname; empty: the kernel's
};

// Null until load_process is done.
extern constinit std::atomic<const Process*> loaded_process;
const Process& load_process() noexcept;

// Loads at the first call, which is the library's constructor or, where another library's comes
// first and uses a socket, that use. Inline, because every call of a program begins with it.
inline const Process& process() noexcept {
  const Process* loaded = loaded_process.load(std::memory_order_acquire);
  return loaded != nullptr ? *loaded : load_process();
}

inline const Next& next() noexcept { return process().next; }

// What this process is pinned to; null where neither BINDIP nor BINDIP6 is
// set. Fixed when the library is loaded.
inline const Identity* identity() noexcept {
  const Process& self = process();
  return self.is_pinned ? &self.identity : nullptr;
}

}  // namespace pleat
