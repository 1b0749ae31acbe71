// SPDX-License-Identifier: Apache-2.0
#include "sys/processors.hh"

#include <sched.h>

namespace pleat {

std::vector<size_t> usable_processors() {
  // More than any Linux is built for.
  constexpr size_t kMost = 8192;
  cpu_set_t* const set = CPU_ALLOC(kMost);
  const size_t size = CPU_ALLOC_SIZE(kMost);
  CPU_ZERO_S(size, set);
  std::vector<size_t> found;
  if (::sched_getaffinity(0, size, set) == 0) {
    for (size_t processor = 0; processor < kMost; ++processor) {
      if (CPU_ISSET_S(processor, size, set)) found.push_back(processor);
    }
  }
  CPU_FREE(set);
  return found;
}

bool keep_to_processor(pthread_t thread, size_t processor) {
  cpu_set_t* const set = CPU_ALLOC(processor + 1);
  const size_t size = CPU_ALLOC_SIZE(processor + 1);
  CPU_ZERO_S(size, set);
  CPU_SET_S(processor, size, set);
  const int error = ::pthread_setaffinity_np(thread, size, set);
  CPU_FREE(set);
  return error == 0;
}

}  // namespace pleat
