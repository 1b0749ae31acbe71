// SPDX-License-Identifier: Apache-2.0
// The two kinds of error that end a command, and the third that is ours.
//
//   UserError    the user is wrong: one line with what would be right; exit status 2
//   SystemError  the system refuses: what we tried, on which object, what the kernel said and
//                what to do about it; exit status 1
//   check()      we are wrong: an assertion that stays on in release builds
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pleat {

class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class SystemError : public std::runtime_error {
 public:
  // "cannot <attempt> <object>: <the error's text>; <advice>". Object and advice may be empty.
  SystemError(std::string_view attempt, std::string_view object, int error,
              std::string_view advice = {});

  int error() const { return error_; }

 private:
  int error_;
};

// Throws SystemError with the current errno.
[[noreturn]] void fail(std::string_view attempt, std::string_view object = {},
                       std::string_view advice = {});

// Returns `result`; throws SystemError with errno where it is negative.
template <typename Result>
Result check_call(Result result, std::string_view attempt, std::string_view object = {},
                  std::string_view advice = {}) {
  if (result < 0) fail(attempt, object, advice);
  return result;
}

// Aborts with file and line of the caller where the condition does not hold. (The builtins are what
// std::source_location is made of, which Clang 14 lacks with GCC 12's library.)
void check(bool condition, const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace pleat
