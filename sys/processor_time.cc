// SPDX-License-Identifier: Apache-2.0
#include "sys/processor_time.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <sstream>
#include <string>

#include "sys/error.hh"

namespace pleat {

ProcessorTime::ProcessorTime(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  stat_ = Fd(check_call(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
}

std::chrono::nanoseconds ProcessorTime::read() {
  std::array<char, 1024> text;
  const ssize_t size = ::pread(stat_.get(), text.data(), text.size(), 0);
  if (size <= 0) return last_;
  const std::string line(text.data(), static_cast<size_t>(size));
  // proc_pid_stat(5): 11 fields between the name, which may hold anything, and utime.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  uint64_t user = 0;
  if (fields >> user) {
    const auto tick = std::chrono::nanoseconds(std::chrono::seconds(1)) / ::sysconf(_SC_CLK_TCK);
    last_ = tick * static_cast<int64_t>(user);
  }
  return last_;
}

}  // namespace pleat
