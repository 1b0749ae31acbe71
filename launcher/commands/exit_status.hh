// SPDX-License-Identifier: Apache-2.0
// Exit statuses of `pleat`, as pleat(1) lists them.
#pragma once

#include <csignal>

namespace pleat {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUserError = 2;  // of a command line or an experiment
inline constexpr int kInterruptedStatus = 128 + SIGINT;

}  // namespace pleat
