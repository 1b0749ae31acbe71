// SPDX-License-Identifier: Apache-2.0
#include "launcher/host_time.hh"

#include "sys/program_file.hh"

namespace pleat {

std::optional<std::string> why_host_time(const std::filesystem::path& program) {
  if (is_go_program(program)) return "is written in Go, which does not ask libc for the time";
  if (is_static_program(program)) {
    return "is linked statically, so that no library can be loaded into it";
  }
  if (looks_into_the_vdso(program)) return "asks the kernel's vDSO for the time, past libc";
  return std::nullopt;
}

}  // namespace pleat
