// SPDX-License-Identifier: Apache-2.0
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "preload/facts.hh"
#include "preload/interfaces.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"
#include "preload/refuse.hh"

// Requests about interfaces. Those about `lo` are the kernel's to answer.
namespace pleat {
namespace {

// The smallest of the lab's interfaces that are up: what a packet of a node has to fit through.
int link_mtu(int fd) noexcept {
  constexpr int kMostIndices = 64;  // a lab's interfaces are among the first
  constexpr int kUsual = 1500;
  int smallest = 0;
  const int saved = errno;
  for (int index = kLoopbackIndex + 1; index <= kMostIndices; ++index) {
    ifreq request{};
    request.ifr_ifindex = index;
    if (next().ioctl(fd, SIOCGIFNAME, &request) != 0) continue;
    if (next().ioctl(fd, SIOCGIFFLAGS, &request) != 0 || !(request.ifr_flags & IFF_UP)) continue;
    if (next().ioctl(fd, SIOCGIFMTU, &request) != 0) continue;
    smallest = smallest == 0 ? request.ifr_mtu : std::min(smallest, request.ifr_mtu);
  }
  errno = saved;
  return smallest == 0 ? kUsual : smallest;
}

void put(ifreq& request, in_addr address) noexcept {
  const Name name = v4_name(address, 0);
  std::memcpy(&request.ifr_addr, &name.v4, sizeof name.v4);
}

// The addresses of AF_INET, as many as there is room for; or only the room that they take.
int list_addresses(const Identity& node, ifconf& list) noexcept {
  std::array<ifreq, 2> all{};
  std::size_t count = 0;
  const auto add = [&](const char* name, in_addr address) {
    std::strcpy(all[count].ifr_name, name);
    put(all[count++], address);
  };
  add(kLoopbackName, {htonl(INADDR_LOOPBACK)});
  if (node.v4) add(kLinkName, *node.v4);
  if (list.ifc_buf != nullptr) {
    const auto room = static_cast<std::size_t>(std::max(list.ifc_len, 0)) / sizeof(ifreq);
    count = std::min(count, room);
    if (!is_readable(list.ifc_buf, count * sizeof(ifreq))) return refuse(EFAULT);
    std::memcpy(list.ifc_buf, all.data(), count * sizeof(ifreq));
  }
  list.ifc_len = static_cast<int>(count * sizeof(ifreq));
  return 0;
}

int name_of_index(ifreq& request) noexcept {
  if (request.ifr_ifindex != static_cast<int>(kLinkIndex)) return refuse(ENODEV);
  std::strcpy(request.ifr_name, kLinkName);
  return 0;
}

int say_of_link(int fd, const Identity& node, unsigned long what, ifreq& request) noexcept {
  switch (what) {
    case SIOCGIFFLAGS: request.ifr_flags = kLinkFlags; return 0;
    case SIOCGIFINDEX: request.ifr_ifindex = kLinkIndex; return 0;
    case SIOCGIFMTU: request.ifr_mtu = link_mtu(fd); return 0;
    case SIOCGIFHWADDR: {
      const auto address = link_address(node);
      request.ifr_hwaddr = {};
      request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
      std::memcpy(request.ifr_hwaddr.sa_data, address.data(), address.size());
      return 0;
    }
    default: break;
  }
  if (!node.v4) return refuse(EADDRNOTAVAIL);
  const in_addr none{INADDR_ANY};
  put(request, what == SIOCGIFADDR ? *node.v4 : what == SIOCGIFNETMASK ? kLinkMask : none);
  return 0;
}

bool is_about_an_interface(unsigned long request) noexcept {
  switch (request) {
    case SIOCGIFCONF:
    case SIOCGIFNAME:
    case SIOCGIFINDEX:
    case SIOCGIFFLAGS:
    case SIOCGIFMTU:
    case SIOCGIFHWADDR:
    case SIOCGIFADDR:
    case SIOCGIFNETMASK:
    case SIOCGIFBRDADDR: return true;
    default: return false;
  }
}

bool is_about_ipv4(unsigned long request) noexcept {
  return request == SIOCGIFADDR || request == SIOCGIFNETMASK || request == SIOCGIFBRDADDR;
}

// Whether this is for us to answer: a socket, and a structure that can be read.
bool is_ours(int fd, unsigned long request, const void* argument) noexcept {
  const std::size_t size = request == SIOCGIFCONF ? sizeof(ifconf) : sizeof(ifreq);
  if (!is_readable(argument, size)) return false;
  const int domain = option_of(fd, SOL_SOCKET, SO_DOMAIN);  // 0: not a socket
  return domain != 0 && (!is_about_ipv4(request) || domain == AF_INET);
}

int answer(int fd, const Identity& node, unsigned long what, void* argument) noexcept {
  if (what == SIOCGIFCONF) return list_addresses(node, *static_cast<ifconf*>(argument));
  ifreq& request = *static_cast<ifreq*>(argument);
  if (what == SIOCGIFNAME) {
    const bool is_loopback = request.ifr_ifindex == static_cast<int>(kLoopbackIndex);
    return is_loopback ? next().ioctl(fd, what, argument) : name_of_index(request);
  }
  switch (shown_index(request.ifr_name)) {
    case kLoopbackIndex: return next().ioctl(fd, what, argument);
    case kLinkIndex: return say_of_link(fd, node, what, request);
    default: return refuse(ENODEV);
  }
}

}  // namespace
}  // namespace pleat

PLEAT_INTERPOSED int ioctl(int fd, unsigned long request, ...) noexcept {
  using namespace pleat;
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);  // whether there is one, only the request tells
  va_end(arguments);
  const Identity* node = identity();
  if (is_about_an_interface(request) && node != nullptr && is_ours(fd, request, argument)) {
    return answer(fd, *node, request, argument);
  }
  return next().ioctl(fd, request, argument);
}
