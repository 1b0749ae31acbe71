// SPDX-License-Identifier: Apache-2.0
// Which threads of ours go before all programs of the host, and in which order.
#pragma once

#include <pthread.h>

namespace pleat {

constexpr int kEnginePriority = 10;  // SCHED_FIFO: 1 to 99

// False where it is not allowed.
inline bool make_realtime(pthread_t thread, int priority) {
  const sched_param parameters{.sched_priority = priority};
  return ::pthread_setschedparam(thread, SCHED_FIFO, &parameters) == 0;
}

}  // namespace pleat
