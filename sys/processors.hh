// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <cstddef>
#include <vector>

namespace pleat {

// The processors that the calling thread may use, by number.
std::vector<size_t> usable_processors();

// False where the thread may not run on that processor.
bool keep_to_processor(pthread_t thread, size_t processor);

}  // namespace pleat
