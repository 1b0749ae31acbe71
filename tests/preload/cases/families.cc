// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

const char* text(int family) {
  return family == AF_INET ? "IPv4" : family == AF_INET6 ? "IPv6" : "any";
}

// What getaddrinfo finds, in its order, or what it says.
void look_up(const char* name, int family, int flags) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int result = getaddrinfo(name, "80", &hints, &found);
  std::string all = result == 0 ? "" : gai_strerror(result);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Address address;
    address.length = each->ai_addrlen;
    *address.get() = *each->ai_addr;
    if (each->ai_family == AF_INET6) {
      reinterpret_cast<sockaddr_in6&>(address.storage) =
          *reinterpret_cast<const sockaddr_in6*>(each->ai_addr);
    }
    all += (all.empty() ? "" : ", ") + address.ip();
  }
  if (found != nullptr) freeaddrinfo(found);
  say("%s, %s, flags %d: %s", name == nullptr ? "nobody" : name, text(family), flags, all.c_str());
}

// Of names only one that /etc/hosts has everywhere: no name server shall be asked.
PLEAT_CASE(getaddrinfo_by_own_families) {
  look_up("localhost", AF_INET, AI_ADDRCONFIG);
  for (const int family : {AF_UNSPEC, AF_INET, AF_INET6}) {
    for (const int flags : {0, AI_ADDRCONFIG}) {
      look_up(there.c_str(), family, flags | AI_NUMERICHOST);
      look_up(there6.c_str(), family, flags | AI_NUMERICHOST);
      look_up(nullptr, family, flags | AI_PASSIVE);
    }
  }
}

PLEAT_CASE(getaddrinfo_without_hints) {
  for (const char* name : {there.c_str(), there6.c_str(), "localhost"}) {
    addrinfo* found = nullptr;
    const int result = getaddrinfo(name, "80", nullptr, &found);
    bool ipv4 = false, ipv6 = false;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
      (each->ai_family == AF_INET ? ipv4 : ipv6) = true;
    }
    if (found != nullptr) freeaddrinfo(found);
    say("%s: %d%s%s", name, result, ipv4 ? " IPv4" : "", ipv6 ? " IPv6" : "");
  }
}

}  // namespace
}  // namespace pleat::cases
