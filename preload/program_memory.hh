// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "preload/name.hh"

// What a program's pointers point at. A pointer that the kernel would answer with EFAULT must not
// become a crash here: it is passed on untouched, so that the kernel is the one to refuse it.
namespace pleat {

// False for null and its surroundings and for the kernel's half, -1 among it: the wild pointers
// that occur. Costs nothing; a pointer to unmapped memory between the two passes.
inline bool is_plausible(const void* pointer) noexcept {
  constexpr std::intptr_t kFirstPage = 4096;  // vm.mmap_min_addr keeps it free
  return reinterpret_cast<std::intptr_t>(pointer) >= kFirstPage;
}

constexpr std::uintptr_t kPage = 4096;  // the smallest: where they are larger, less is on one

inline bool is_on_one_page(const void* pointer, std::size_t size) noexcept {
  const auto first = reinterpret_cast<std::uintptr_t>(pointer);
  return first / kPage == (first + size - 1) / kPage;
}

inline bool is_length_of_a_name(socklen_t length) noexcept {
  return length >= sizeof(sa_family_t) && length <= sizeof(sockaddr_storage);
}

// The kernel takes no more messages than this in one sendmmsg or recvmmsg (UIO_MAXIOV).
constexpr unsigned kMostMessages = 1024;

// The pages seen last, by their lowest bits. Program text, stacks and heaps keep few of them busy
// with names and messages. No lock: an entry is one word, and losing it costs a system call.
constexpr std::size_t kRememberedPages = 256;
extern constinit std::array<std::atomic<std::uintptr_t>, kRememberedPages> readable_pages;

// The same as is_readable, for what is_readable does not know at once.
bool is_found_readable(const void* pointer, std::size_t size) noexcept;

// Whether the kernel can read `size` bytes there. For what is called per datagram: the kernel is
// asked when a page is seen first. A page that has been unmapped since is taken for readable.
inline bool is_readable(const void* pointer, std::size_t size) noexcept {
  const auto first = reinterpret_cast<std::uintptr_t>(pointer);
  const std::uintptr_t page = first / kPage;
  const bool is_remembered =
      page != 0 && size <= kPage && first % kPage + size <= kPage &&
      readable_pages[page % kRememberedPages].load(std::memory_order_relaxed) == page;
  return is_remembered || is_found_readable(pointer, size);
}

// The name at `address`; absent where the kernel would not look at it or could not read it. Asks
// the kernel, one system call.
std::optional<Name> read_name(const sockaddr* address, socklen_t length) noexcept;

}  // namespace pleat
