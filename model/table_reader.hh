// SPDX-License-Identifier: Apache-2.0
// Takes a TOML table apart key by key. What is unsound is reported and comes back as absent.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/experiment.hh"
#include "model/problem.hh"
#include "model/toml_document.hh"

namespace pleat {

template <class E>
struct Choice {
  std::string_view word;
  E value;
};

class TableReader {
 public:
  // `title` is for messages: "[[group]]". The table and the problems must outlive the reader.
  TableReader(const TomlValue& table, std::string title, Problems& problems)
      : table_(table), title_(std::move(title)), problems_(problems) {}

  Place place() const { return table_.place; }
  Problems& problems() { return problems_; }

  // The value of a key, or nullptr. Each key that is asked for, here or below, is a known one.
  const TomlValue* find(std::string_view key);

  // ... of one kind; another kind is reported. `example` shows a right value.
  const TomlValue* find(std::string_view key, TomlValue::Kind kind, std::string_view example);

  MaybeStated<std::string> text(std::string_view key, std::string_view example);

  // A text that names something: letters, digits, - _ and ., beginning with a letter.
  MaybeStated<std::string> name(std::string_view key);

  MaybeStated<uint64_t> integer(std::string_view key, uint64_t least, uint64_t most);

  // A text that `parse` understands, or throws BadValue for.
  template <class T>
  MaybeStated<T> parsed(std::string_view key, T (*parse)(std::string_view),
                        std::string_view example);

  // A text that is one of a few words.
  template <class E>
  std::optional<E> choice(std::string_view key, std::span<const Choice<E>> choices);

  // The texts of a list.
  std::vector<Stated<std::string>> texts(std::string_view key, std::string_view example);

  // The table of [key], or nullptr.
  const TomlValue* table(std::string_view key);

  // The tables of [[key]].
  std::span<const TomlValue> tables(std::string_view key);

  // Reports it if the key is not there. `hint` shows how to write it.
  void require(std::string_view key, std::string_view hint);

  // Reports the keys that nobody asked for: call it last.
  void refuse_other_keys();

 private:
  const TomlValue* value_of(std::string_view key) const;
  void refuse_word(std::string_view key, const Stated<std::string>& stated,
                   std::span<const std::string_view> words);

  const TomlValue& table_;
  std::string title_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

// The text, if it can be passed to a program: NUL would end it early. Reports.
MaybeStated<std::string> without_nul(std::string_view key, const TomlValue& value,
                                     Problems& problems);

template <class T>
MaybeStated<T> TableReader::parsed(std::string_view key, T (*parse)(std::string_view),
                                   std::string_view example) {
  const MaybeStated<std::string> stated = text(key, example);
  if (!stated) return std::nullopt;
  try {
    return Stated<T>{parse(stated->value), stated->place};
  } catch (const BadValue& bad) {
    problems_.add(stated->place, std::string(key) + ": " + bad.wrong(), bad.hint());
    return std::nullopt;
  }
}

template <class E>
std::optional<E> TableReader::choice(std::string_view key, std::span<const Choice<E>> choices) {
  const MaybeStated<std::string> stated = text(key, choices.front().word);
  if (!stated) return std::nullopt;
  std::vector<std::string_view> words;
  for (const auto& [word, value] : choices) {
    if (word == stated->value) return value;
    words.push_back(word);
  }
  refuse_word(key, *stated, words);
  return std::nullopt;
}

}  // namespace pleat
