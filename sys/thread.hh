// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include "sys/error.hh"

namespace pleat {

// A thread of ours. Throws SystemError.
template <typename Action>
std::thread start_thread(Action&& action) {
  try {
    return std::thread(std::forward<Action>(action));
  } catch (const std::system_error& error) {
    throw SystemError("start", "a thread", error.code().value(),
                      "pleat doctor says how many processes and threads there may be");
  }
}

}  // namespace pleat
