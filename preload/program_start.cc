// SPDX-License-Identifier: Apache-2.0
#include "preload/program_start.hh"

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <iterator>

namespace pleat {
namespace {

constexpr int kCannotStart = 127;

// In what runs before all constructors (.preinit_array) libc has not set environ yet. The kernel
// has put the environment on the stack, behind the number of arguments and the arguments.
const char* const* environment() noexcept {
  if (environ != nullptr) return environ;
  const void* symbol = dlsym(RTLD_DEFAULT, "__libc_stack_end");
  if (symbol == nullptr) {
    cannot_start("pleat", "symbol", "__libc_stack_end", " is not in this dynamic linker");
  }
  const auto* stack = *static_cast<const char* const* const*>(symbol);
  std::intptr_t arguments;
  std::memcpy(&arguments, stack, sizeof arguments);
  return stack + 1 + arguments + 1;
}

}  // namespace

const char* starting_value_of(const char* variable) noexcept {
  const std::size_t length = std::strlen(variable);
  for (const char* const* entry = environment(); *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, variable, length) == 0 && (*entry)[length] == '=') {
      return *entry + length + 1;
    }
  }
  return nullptr;
}

void cannot_start(const char* library, const char* what, const char* value,
                  const char* why) noexcept {
  const auto part = [](const char* text) noexcept {
    return iovec{const_cast<char*>(text), std::strlen(text)};
  };
  const iovec line[] = {part(library), part(": "), part(what), part("="),
                        part(value),   part(why),  part("\n")};
  // Nothing is left to be done where stderr is closed.
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, line, std::size(line));
  _exit(kCannotStart);
}

}  // namespace pleat
