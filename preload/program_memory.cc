// SPDX-License-Identifier: Apache-2.0
#include "preload/program_memory.hh"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

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

bool is_page_readable(std::uintptr_t page) noexcept {
  std::atomic<std::uintptr_t>& entry = readable_pages[page % kRememberedPages];
  if (entry.load(std::memory_order_relaxed) == page) return true;
  if (!is_word_readable(page * kPage)) return false;
  entry.store(page, std::memory_order_relaxed);
  return true;
}

}  // namespace

constinit std::array<std::atomic<std::uintptr_t>, kRememberedPages> readable_pages{};

bool is_found_readable(const void* pointer, std::size_t size) noexcept {
  if (size == 0) return true;
  const auto first = reinterpret_cast<std::uintptr_t>(pointer);
  // Null, which is_word_readable knows nothing of, and what would wrap around.
  if (!is_plausible(pointer) || size > UINTPTR_MAX - first) return false;
  for (std::uintptr_t page = first / kPage; page <= (first + size - 1) / kPage; ++page) {
    if (!is_page_readable(page)) return false;
  }
  return true;
}

std::optional<Name> read_name(const sockaddr* address, socklen_t length) noexcept {
  if (!is_length_of_a_name(length) || !is_plausible(address)) return std::nullopt;
  const auto first = reinterpret_cast<std::uintptr_t>(address);
  if (!is_word_readable(first)) return std::nullopt;
  if (!is_on_one_page(address, length) && !is_word_readable(first + length - 1)) {
    return std::nullopt;
  }
  return name_from(address, length, length);
}

}  // namespace pleat
