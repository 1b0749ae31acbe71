// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <netinet/in.h>

#include "preload/process.hh"

// AI_ADDRCONFIG asks for the families of which this host has an address. libc looks for them at the
// interfaces of the lab, none of which has a node's address; so the answer is given here.

PLEAT_INTERPOSED int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                                 addrinfo** result) {
  using namespace pleat;
  const Identity* node = identity();
  addrinfo own{};
  own.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG;  // what getaddrinfo(3) says of absent hints
  if (hints != nullptr) own = *hints;
  if (node == nullptr || (own.ai_flags & AI_ADDRCONFIG) == 0) {
    return next().getaddrinfo(name, service, hints, result);
  }
  own.ai_flags &= ~AI_ADDRCONFIG;
  if ((own.ai_family == AF_INET && !node->v4) || (own.ai_family == AF_INET6 && !node->v6)) {
    return EAI_NONAME;
  }
  if (own.ai_family == AF_UNSPEC && !(node->v4 && node->v6)) {
    own.ai_family = node->v4 ? AF_INET : AF_INET6;
  }
  return next().getaddrinfo(name, service, &own, result);
}
