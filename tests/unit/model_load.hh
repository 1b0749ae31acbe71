// SPDX-License-Identifier: Apache-2.0
// Experiments for the tests of the model: what a test is about, with the rest around it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hh"

namespace pleat::test {

// [experiment] and [network] in the first five lines; `rest` begins in line 6.
std::string with_head(std::string_view rest);

// The same and a group "g" of ten nodes in 10.1.0.0/24; `rest` begins in line 10.
std::string with_group(std::string_view rest);

// Loads it; a problem fails the test.
Plan load(const std::string& toml);

// The texts of all its problems, without the file's name: "12:8: what; hint".
std::vector<std::string> problems_of(const std::string& toml);

// The node of that name; fails the test if there is none.
const PlanNode& node(const Plan& plan, std::string_view name);

}  // namespace pleat::test

// So that a failed comparison of texts shows them.
template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static doctest::String convert(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts) result += "\n    " + text;
    return result.c_str();
  }
};
