// SPDX-License-Identifier: Apache-2.0
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/preload/cases/case.hh"

// What shows a program the interfaces and the name of its host. Prefix lengths are not printed: a
// node's is /32, nobody shares its link.
namespace pleat::cases {
namespace {

constexpr int kFlags = IFF_UP | IFF_LOOPBACK | IFF_BROADCAST | IFF_MULTICAST | IFF_RUNNING;

PLEAT_CASE(interfaces_listed) {
  ifaddrs* list = nullptr;
  must(getifaddrs(&list), "getifaddrs");
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    Address name;
    const int family = entry->ifa_addr->sa_family;
    if (family == AF_INET) std::memcpy(name.get(), entry->ifa_addr, sizeof(sockaddr_in));
    if (family == AF_INET6) std::memcpy(name.get(), entry->ifa_addr, sizeof(sockaddr_in6));
    say("%s, family %d, flags %x, %s, mask: %d, data: %d", entry->ifa_name, family,
        entry->ifa_flags & kFlags, name.ip().c_str(), entry->ifa_netmask != nullptr,
        entry->ifa_data != nullptr);
  }
  freeifaddrs(list);
}

PLEAT_CASE(interfaces_by_index) {
  struct if_nameindex* all = if_nameindex();
  for (const struct if_nameindex* entry = all; entry->if_name != nullptr; ++entry) {
    char name[IF_NAMESIZE] = "";
    say("%s: the same index: %d, the same name: %d", entry->if_name,
        if_nametoindex(entry->if_name) == entry->if_index,
        std::strcmp(if_indextoname(entry->if_index, name), entry->if_name) == 0);
  }
  if_freenameindex(all);
  for (const char* name : {"nothing", ""}) {
    const unsigned index = if_nametoindex(name);
    say("'%s': %u, %s", name, index, strerrorname_np(errno));
  }
  char name[IF_NAMESIZE];
  for (const unsigned index : {0U, 4711U}) {
    const char* found = if_indextoname(index, name);
    say("%u: %d, %s", index, found != nullptr, strerrorname_np(errno));
  }
}

struct Request {
  unsigned long number;
  const char* text;
};

constexpr Request kRequests[] = {
    {SIOCGIFADDR, "address"},       {SIOCGIFNETMASK, "mask"}, {SIOCGIFBRDADDR, "broadcast"},
    {SIOCGIFFLAGS, "flags"},        {SIOCGIFMTU, "MTU"},      {SIOCGIFINDEX, "index"},
    {SIOCGIFHWADDR, "link address"}};

PLEAT_CASE(interfaces_by_ioctl) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  for (const char* interface : {"lo", "eth0", "nothing"}) {
    for (const Request& request : kRequests) {
      ifreq answer{};
      std::strcpy(answer.ifr_name, interface);
      say("%s, %s: %s", interface, request.text,
          outcome(ioctl(fd, request.number, &answer)).c_str());
      Address address;
      std::memcpy(address.get(), &answer.ifr_addr, sizeof answer.ifr_addr);
      if (request.number == SIOCGIFADDR) say("%s", address.ip().c_str());
      if (request.number == SIOCGIFFLAGS) say("%x", answer.ifr_flags & kFlags);
      if (request.number == SIOCGIFMTU) say("%d", answer.ifr_mtu);
      if (request.number == SIOCGIFHWADDR) say("type %d", answer.ifr_hwaddr.sa_family);
      if (request.number == SIOCGIFINDEX && answer.ifr_ifindex > 0) {
        std::memset(answer.ifr_name, 0, sizeof answer.ifr_name);
        must(ioctl(fd, SIOCGIFNAME, &answer), "SIOCGIFNAME");
        say("name again: %s", answer.ifr_name);
      }
    }
  }
}

PLEAT_CASE(interfaces_configured) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  ifreq entries[8]{};
  for (const std::size_t room : {sizeof entries, sizeof(ifreq), sizeof(ifreq) - 1}) {
    ifconf list{};
    list.ifc_len = static_cast<int>(room);
    list.ifc_req = entries;
    must(ioctl(fd, SIOCGIFCONF, &list), "SIOCGIFCONF");
    say("%d bytes in %zu", list.ifc_len, room);
    for (std::size_t i = 0; i < static_cast<std::size_t>(list.ifc_len) / sizeof(ifreq); ++i) {
      Address address;
      std::memcpy(address.get(), &entries[i].ifr_addr, sizeof entries[i].ifr_addr);
      say("%s %s", entries[i].ifr_name, address.ip().c_str());
    }
  }
  ifconf nowhere{};
  nowhere.ifc_len = 128;
  nowhere.ifc_buf = reinterpret_cast<char*>(16);
  say("no room there: %s", outcome(ioctl(fd, SIOCGIFCONF, &nowhere)).c_str());
  ifconf size{};
  must(ioctl(fd, SIOCGIFCONF, &size), "SIOCGIFCONF");
  say("%d bytes needed", size.ifc_len);
  say("null: %s", outcome(ioctl(fd, SIOCGIFCONF, nullptr)).c_str());
  say("closed: %s", outcome(ioctl(-1, SIOCGIFCONF, &size)).c_str());
  say("no socket: %s", outcome(ioctl(STDIN_FILENO, SIOCGIFCONF, &size)).c_str());
  int waiting = -1;
  say("another request: %s, %d", outcome(ioctl(fd, FIONREAD, &waiting)).c_str(), waiting);
}

PLEAT_CASE(host_name) {
  char name[65];
  must(gethostname(name, sizeof name), "gethostname");
  utsname system;
  must(uname(&system), "uname");
  say("%s, the same: %d", name, std::strcmp(name, system.nodename) == 0);
  char small[3] = "";
  say("%s %.3s", outcome(gethostname(small, sizeof small)).c_str(), small);
}

}  // namespace
}  // namespace pleat::cases
