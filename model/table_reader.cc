// SPDX-License-Identifier: Apache-2.0
#include "model/table_reader.hh"

#include <algorithm>

#include "model/in_quotes.hh"
#include "model/name_rule.hh"
#include "model/nearest.hh"

namespace pleat {

const TomlValue* TableReader::value_of(std::string_view key) const {
  for (size_t i = 0; i < table_.keys.size(); ++i) {
    if (table_.keys[i].text == key) return &table_.items[i];
  }
  return nullptr;
}

const TomlValue* TableReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  return value_of(key);
}

const TomlValue* TableReader::find(std::string_view key, TomlValue::Kind kind,
                                   std::string_view example) {
  const TomlValue* value = find(key);
  if (value == nullptr || value->kind == kind) return value;
  problems_.add(value->place,
                std::string(key) + " must be " + std::string(name_of(kind)) + ", not " +
                    std::string(name_of(value->kind)),
                "write " + std::string(key) + " = " + std::string(example));
  return nullptr;
}

MaybeStated<std::string> TableReader::text(std::string_view key, std::string_view example) {
  const TomlValue* value = find(key, TomlValue::Kind::kText, in_quotes(example));
  return value == nullptr ? std::nullopt : without_nul(key, *value, problems_);
}

MaybeStated<std::string> TableReader::name(std::string_view key) {
  MaybeStated<std::string> stated = text(key, "a-name");
  if (!stated) return std::nullopt;
  if (!is_name(stated->value)) {
    problems_.add(stated->place, std::string(key) + ": " + in_quotes(stated->value) + " is no name",
                  std::string(kNameAdvice));
    return std::nullopt;
  }
  if (stated->value.size() > kLongestName) {
    problems_.add(stated->place,
                  std::string(key) + ": " + in_quotes(stated->value) + " is too long",
                  "use at most " + std::to_string(kLongestName) + " characters");
    return std::nullopt;
  }
  return stated;
}

MaybeStated<uint64_t> TableReader::integer(std::string_view key, uint64_t least, uint64_t most) {
  const TomlValue* value = find(key, TomlValue::Kind::kInteger, std::to_string(least));
  if (value == nullptr) return std::nullopt;
  const bool fits = value->integer >= 0 && static_cast<uint64_t>(value->integer) >= least &&
                    static_cast<uint64_t>(value->integer) <= most;
  if (fits) return Stated<uint64_t>{static_cast<uint64_t>(value->integer), value->place};
  problems_.add(value->place,
                std::string(key) + ": " + std::to_string(value->integer) + " is out of range",
                "write a number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::vector<Stated<std::string>> TableReader::texts(std::string_view key,
                                                    std::string_view example) {
  std::vector<Stated<std::string>> result;
  const TomlValue* list = find(key, TomlValue::Kind::kArray, example);
  if (list == nullptr) return result;
  for (const TomlValue& item : list->items) {
    if (item.kind != TomlValue::Kind::kText) {
      problems_.add(item.place,
                    std::string(key) + " must be a list of texts, not with " +
                        std::string(name_of(item.kind)) + " in it",
                    "write " + std::string(key) + " = " + std::string(example));
    } else if (auto stated = without_nul(key, item, problems_)) {
      result.push_back(std::move(*stated));
    }
  }
  return result;
}

const TomlValue* TableReader::table(std::string_view key) {
  const TomlValue* value = find(key);
  if (value == nullptr || value->kind == TomlValue::Kind::kTable) return value;
  problems_.add(value->place, std::string(key) + " must be one table",
                "begin it with [" + std::string(key) + "]");
  return nullptr;
}

std::span<const TomlValue> TableReader::tables(std::string_view key) {
  const TomlValue* value = find(key);
  if (value == nullptr) return {};
  const auto is_table = [](const TomlValue& v) { return v.kind == TomlValue::Kind::kTable; };
  const bool sound = value->kind == TomlValue::Kind::kArray &&
                     std::all_of(value->items.begin(), value->items.end(), is_table);
  if (sound) return value->items;
  problems_.add(value->place, std::string(key) + " must be a list of tables",
                "begin each of them with [[" + std::string(key) + "]]");
  return {};
}

void TableReader::require(std::string_view key, std::string_view hint) {
  if (value_of(key) != nullptr) return;
  problems_.add(place(), title_ + " has no " + std::string(key), std::string(hint));
}

void TableReader::refuse_other_keys() {
  for (const TomlKey& key : table_.keys) {
    if (std::find(known_.begin(), known_.end(), key.text) != known_.end()) continue;
    problems_.add(key.place, "unknown key " + in_quotes(key.text) + " in " + title_,
                  did_you_mean(key.text, known_, "known keys are"));
  }
}

void TableReader::refuse_word(std::string_view key, const Stated<std::string>& stated,
                              std::span<const std::string_view> words) {
  problems_.add(stated.place, std::string(key) + ": unknown word " + in_quotes(stated.value),
                did_you_mean(stated.value, words, "known words are"));
}

MaybeStated<std::string> without_nul(std::string_view key, const TomlValue& value,
                                     Problems& problems) {
  if (value.text.find('\0') == std::string::npos)
    return Stated<std::string>{value.text, value.place};
  problems.add(value.place, std::string(key) + ": the text holds a NUL byte",
               "leave it out: no program can be given one");
  return std::nullopt;
}

}  // namespace pleat
