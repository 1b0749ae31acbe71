// SPDX-License-Identifier: Apache-2.0
// Logs go to standard error, results to standard output.
//   error  this run will exit non-zero          warn   look at this before you trust the results
//   info   a line per phase                     debug  per node            trace  per packet
#pragma once

#include <spdlog/spdlog.h>

namespace pleat {

// "debug" and so on; throws UserError on another word.
void start_logging(const std::string& level);

}  // namespace pleat
