// SPDX-License-Identifier: Apache-2.0
// The one door to toml++, which is slow to compile: a TOML document as plain values that know
// their places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/problem.hh"

namespace pleat {

struct TomlKey {
  std::string text;
  Place place;
};

struct TomlValue {
  enum class Kind {
    kText,
    kInteger,
    kArray,
    kTable,
    kFraction,  // a number with a point
    kOther,     // truth values, dates: no key of an experiment has one
  };

  Kind kind = Kind::kTable;
  Place place;
  std::string text;  // also of a fraction, without exponent, to the millionth
  int64_t integer = 0;
  std::vector<TomlValue> items;  // of an array, or of a table
  std::vector<TomlKey> keys;     // of a table: keys[i] has the value items[i]
};

// Throws BadExperiment with one problem where the text is no TOML.
TomlValue parse_toml(std::string_view text, std::string_view file_name);

// "a text", "a number", "a list", "a table", ...
std::string_view name_of(TomlValue::Kind kind);

}  // namespace pleat
