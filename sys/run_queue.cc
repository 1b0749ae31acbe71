// SPDX-License-Identifier: Apache-2.0
#include "sys/run_queue.hh"

#include <charconv>
#include <string>

#include "sys/file.hh"

namespace pleat {

std::optional<std::chrono::nanoseconds> parse_waited(std::string_view schedstat) {
  const size_t at = schedstat.find(' ');
  if (at == std::string_view::npos) return std::nullopt;
  int64_t waited = 0;
  const auto [end, error] =
      std::from_chars(schedstat.data() + at + 1, schedstat.data() + schedstat.size(), waited);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::nanoseconds(waited);
}

std::optional<std::chrono::nanoseconds> waited_for_processor(pid_t pid,
                                                             const std::filesystem::path& proc) {
  const auto text = try_read_file(proc / std::to_string(pid) / "schedstat");
  return text ? parse_waited(*text) : std::nullopt;
}

}  // namespace pleat
