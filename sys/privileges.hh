// SPDX-License-Identifier: Apache-2.0
// Capabilities (capabilities(7)) of the calling thread: the door to libcap.
#pragma once

#include <memory>

namespace pleat {

enum class Capability { kNetAdmin, kSysAdmin, kSysNice };

bool holds_capability(Capability);

// Gives up every capability of the calling thread for good. Prepared beforehand, because it is
// carried out by a child that shares our memory and may not allocate.
class Renunciation {
 public:
  Renunciation();  // throws SystemError
  ~Renunciation();
  Renunciation(const Renunciation&) = delete;
  Renunciation& operator=(const Renunciation&) = delete;

  // False with errno set where the kernel refused. Async-signal-safe.
  bool carry_out() const noexcept;

 private:
  void* none_;  // cap_t: no capability at all
};

}  // namespace pleat
