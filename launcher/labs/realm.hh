// SPDX-License-Identifier: Apache-2.0
// Where the number of a process means something: in a PID namespace, as long as the host's kernel
// runs. A folder may be seen from elsewhere as well: from other hosts, and in containers.
#pragma once

#include <cstdint>
#include <string>

namespace pleat {

struct Realm {
  std::string host;            // its name
  std::string boot;            // drawn by the kernel when it starts; no two are the same
  uint64_t pid_namespace = 0;  // its number, which is of this boot
  bool operator==(const Realm&) const = default;
};

// That of the calling process. Throws SystemError.
Realm own_realm();

enum class Life { kLives, kOver, kElsewhere };  // elsewhere: only there it can be told

// Whether a process of `realm` lives, as `ours` sees it, in which there is a process of its number
// and start, or not. Pure.
Life life_of(const Realm& realm, const Realm& ours, bool is_here);

}  // namespace pleat
