// SPDX-License-Identifier: Apache-2.0
// What is wrong with an experiment file, and where. All problems of a file are reported at once.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pleat {

// A place in the experiment file, both counted from 1.
struct Place {
  uint32_t line = 1;
  uint32_t column = 1;
  auto operator<=>(const Place&) const = default;
};

struct Problem {
  std::string file;
  Place place;
  std::string what;  // what is wrong
  std::string hint;  // what would be right; may be empty

  std::string text() const;  // "file:line:column: what; hint"
};

class BadExperiment : public std::runtime_error {
 public:
  explicit BadExperiment(std::vector<Problem> problems);

  // In the order of the file, at least one. what() is their texts, a line each.
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// Collects the problems of one file while it is read and checked.
class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}

  void add(Place place, std::string what, std::string hint = {}) {
    found_.push_back({file_, place, std::move(what), std::move(hint)});
  }
  size_t count() const { return found_.size(); }
  const std::string& file() const { return file_; }

  void throw_if_any() const;  // BadExperiment

 private:
  std::string file_;
  std::vector<Problem> found_;
};

}  // namespace pleat
