// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "preload/program_memory.hh"

// A program's pointers. What the kernel would answer with EFAULT is passed on untouched, so that
// the kernel is the one to refuse it; memory that can be read is taken for memory that can be
// written.
namespace pleat {

template <typename Value>
bool is_there(const Value* pointer) noexcept {
  return is_readable(pointer, sizeof *pointer);
}

// Null, which most calls take for "nothing of that kind", or there.
template <typename Value>
bool is_null_or_there(const Value* pointer) noexcept {
  return pointer == nullptr || is_there(pointer);
}

}  // namespace pleat
