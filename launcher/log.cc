// SPDX-License-Identifier: Apache-2.0
#include "launcher/log.hh"

#include <spdlog/sinks/stdout_color_sinks.h>

#include "sys/error.hh"

namespace pleat {

void start_logging(const std::string& level) {
  const auto logger = spdlog::stderr_color_mt("pleat");
  // "pleat: warning: ..." as other commands of the system write it; an info line speaks for itself.
  logger->set_pattern("pleat: %^%l%$: %v");
  const spdlog::level::level_enum parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off") {
    throw UserError("--log-level: \"" + level + "\" is none of error, warn, info, debug, trace");
  }
  logger->set_level(parsed);
  spdlog::set_default_logger(logger);
}

}  // namespace pleat
