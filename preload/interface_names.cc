// SPDX-License-Identifier: Apache-2.0
#include <net/if.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "preload/interfaces.hh"
#include "preload/process.hh"
#include "preload/program_memory.hh"

// Interfaces by index and name. What these allocate is allocated as libc does it, so that libc's
// if_freenameindex frees it.

PLEAT_INTERPOSED unsigned if_nametoindex(const char* name) noexcept {
  using namespace pleat;
  if (identity() == nullptr) return next().if_nametoindex(name);
  const unsigned index = shown_index(name);
  if (index == 0) errno = ENODEV;
  return index;
}

PLEAT_INTERPOSED char* if_indextoname(unsigned index, char* name) noexcept {
  using namespace pleat;
  if (identity() == nullptr) return next().if_indextoname(index, name);
  switch (index) {
    case kLoopbackIndex: return std::strcpy(name, kLoopbackName);
    case kLinkIndex: return std::strcpy(name, kLinkName);
    default: errno = ENXIO; return nullptr;
  }
}

PLEAT_INTERPOSED struct if_nameindex* if_nameindex() noexcept {
  using namespace pleat;
  if (identity() == nullptr) return next().if_nameindex();
  auto* all = static_cast<struct if_nameindex*>(std::calloc(3, sizeof(struct if_nameindex)));
  char* loopback = strdup(kLoopbackName);
  char* link = strdup(kLinkName);
  if (all == nullptr || loopback == nullptr || link == nullptr) {
    std::free(all);
    std::free(loopback);
    std::free(link);
    errno = ENOBUFS;
    return nullptr;
  }
  all[0] = {kLoopbackIndex, loopback};
  all[1] = {kLinkIndex, link};
  return all;
}
