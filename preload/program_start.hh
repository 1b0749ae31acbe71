// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a preloaded library does before the program begins, perhaps before libc is ready.
namespace pleat {

// Of the environment with which the program was started; null where it is not there. For use before
// all constructors, too.
const char* starting_value_of(const char* variable) noexcept;

// Says "LIBRARY: WHAT=VALUE WHY" on standard error and ends the program, with the shell's status
// for a command that could not be started.
[[noreturn]] void cannot_start(const char* library, const char* what, const char* value,
                               const char* why) noexcept;

}  // namespace pleat
