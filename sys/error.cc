// SPDX-License-Identifier: Apache-2.0
#include "sys/error.hh"

#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace pleat {
namespace {

std::string message(std::string_view attempt, std::string_view object, int error,
                    std::string_view advice) {
  std::string text = "cannot " + std::string(attempt);
  if (!object.empty()) text += " " + std::string(object);
  if (error != 0) text += ": " + std::generic_category().message(error);
  if (!advice.empty()) text += "; " + std::string(advice);
  return text;
}

}  // namespace

SystemError::SystemError(std::string_view attempt, std::string_view object, int error,
                         std::string_view advice)
    : std::runtime_error(message(attempt, object, error, advice)), error_(error) {}

void fail(std::string_view attempt, std::string_view object, std::string_view advice) {
  throw SystemError(attempt, object, errno, advice);
}

void check(bool condition, const char* file, int line) {
  if (condition) return;
  std::fprintf(stderr, "pleat: internal error at %s:%d; please report it\n", file, line);
  std::abort();
}

}  // namespace pleat
