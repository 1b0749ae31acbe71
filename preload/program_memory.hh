// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

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

inline bool is_on_one_page(const void* pointer, std::size_t size) noexcept {
  constexpr std::uintptr_t kPage = 4096;  // the smallest; where they are larger, errs to false
  const auto first = reinterpret_cast<std::uintptr_t>(pointer);
  return first / kPage == (first + size - 1) / kPage;
}

inline bool is_length_of_a_name(socklen_t length) noexcept {
  return length >= sizeof(sa_family_t) && length <= sizeof(sockaddr_storage);
}

// The kernel takes no more messages than this in one sendmmsg or recvmmsg (UIO_MAXIOV).
constexpr unsigned kMostMessages = 1024;

// Whether the kernel can read `size` bytes there. For what is called per datagram: the kernel is
// asked when a page is seen first. A page that has been unmapped since is taken for readable.
bool is_readable(const void* pointer, std::size_t size) noexcept;

// The name at `address`; absent where the kernel would not look at it or could not read it. Asks
// the kernel, one system call.
std::optional<Name> read_name(const sockaddr* address, socklen_t length) noexcept;

}  // namespace pleat
