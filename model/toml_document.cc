// SPDX-License-Identifier: Apache-2.0
#include "model/toml_document.hh"

#include <toml++/toml.h>

#include <array>
#include <charconv>

#include "model/in_quotes.hh"

namespace pleat {
namespace {

Place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

// The fewest digits that are this number and no other.
std::string shortest_text(double number) {
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), written.ptr};
}

// As deep as toml++ lets documents nest: 256 levels.
TomlValue converted(const toml::node& node) {
  TomlValue result;
  result.place = place_of(node.source());
  if (const toml::table* table = node.as_table()) {
    result.kind = TomlValue::Kind::kTable;
    for (const auto& [key, value] : *table) {
      result.keys.push_back({std::string(key.str()), place_of(key.source())});
      result.items.push_back(converted(value));
    }
  } else if (const toml::array* array = node.as_array()) {
    result.kind = TomlValue::Kind::kArray;
    for (const toml::node& item : *array) result.items.push_back(converted(item));
  } else if (const auto* text = node.as_string()) {
    result.kind = TomlValue::Kind::kText;
    result.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    result.kind = TomlValue::Kind::kInteger;
    result.integer = integer->get();
  } else if (const auto* fraction = node.as_floating_point()) {
    result.kind = TomlValue::Kind::kFraction;
    result.text = shortest_text(fraction->get());
  } else {
    result.kind = TomlValue::Kind::kOther;
  }
  return result;
}

}  // namespace

TomlValue parse_toml(std::string_view text, std::string_view file_name) {
  try {
    return converted(toml::parse(text, file_name));
  } catch (const toml::parse_error& error) {
    throw BadExperiment({{std::string(file_name),
                          place_of(error.source()),
                          "this is not TOML: " + on_one_line(error.description()),
                          {}}});
  }
}

std::string_view name_of(TomlValue::Kind kind) {
  switch (kind) {
    case TomlValue::Kind::kText: return "a text";
    case TomlValue::Kind::kInteger: return "a number";
    case TomlValue::Kind::kArray: return "a list";
    case TomlValue::Kind::kTable: return "a table";
    case TomlValue::Kind::kFraction: return "a fraction";
    case TomlValue::Kind::kOther: return "a date or a truth value";
  }
  return "";
}

}  // namespace pleat
