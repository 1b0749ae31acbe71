// SPDX-License-Identifier: Apache-2.0
#include "preload/program_memory.hh"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace pleat {
namespace {

constexpr std::uintptr_t kWord = 8;  // the kernel's sigset_t

// rt_sigprocmask copies the new mask in before it finds that -1 is no way to apply it, so that
// EFAULT and EINVAL tell unreadable from readable and nothing changes. Null would be no mask. One
// aligned word stands for its page.
bool is_word_readable(std::uintptr_t address) noexcept {
  const int saved = errno;
  syscall(SYS_rt_sigprocmask, -1, address / kWord * kWord, nullptr, kWord);
  const bool readable = errno == EINVAL;
  errno = saved;
  return readable;
}

bool is_readable(const void* pointer, std::size_t size) noexcept {
  const auto first = reinterpret_cast<std::uintptr_t>(pointer);
  return is_word_readable(first) &&
         (is_on_one_page(pointer, size) || is_word_readable(first + size - 1));
}

}  // namespace

std::optional<Name> read_name(const sockaddr* address, socklen_t length) noexcept {
  if (!is_length_of_a_name(length) || !is_plausible(address)) return std::nullopt;
  if (!is_readable(address, length)) return std::nullopt;
  return name_from(address, length, length);
}

}  // namespace pleat
