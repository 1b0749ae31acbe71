// SPDX-License-Identifier: Apache-2.0
// A SQLite database and its prepared statements: the door to SQLite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3;
struct sqlite3_stmt;

namespace pleat {

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(const std::string& message, int system_error)
      : std::runtime_error(message), system_error_(system_error) {}

  // errno where the system refused, else 0.
  int system_error() const { return system_error_; }

 private:
  int system_error_;
};

class Statement {
 public:
  // Puts values in the place of the question marks: integers, doubles, texts, or optionals of
  // them, which are NULL when empty.
  template <typename... Values>
  void start(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
  }

  // For statements without a result.
  template <typename... Values>
  void run(const Values&... values) {
    start(values...);
    step();
  }

  // Moves to the next row of the result; false after the last, and the statement may run again.
  bool step();
  int64_t integer(int column) const;
  uint64_t count(int column) const;  // an integer that is never negative
  double real(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  template <typename Value>
  void bind(int place, const Value& value) {
    if constexpr (std::is_integral_v<Value>) {
      bind_integer(place, static_cast<int64_t>(value));
    } else if constexpr (std::is_floating_point_v<Value>) {
      bind_real(place, value);
    } else {
      bind_text(place, value);
    }
  }
  template <typename Value>
  void bind(int place, const std::optional<Value>& value) {
    if (value) {
      bind(place, *value);
    } else {
      bind_null(place);
    }
  }
  void bind_integer(int place, int64_t value);
  void bind_real(int place, double value);
  void bind_text(int place, std::string_view value);  // copied
  void bind_null(int place);
  void expect_ok(int result);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// All functions throw DatabaseError.
class Database {
 public:
  enum class Access {
    kCreate,  // there must be no such file
    kRead,
    kWrite,
  };

  Database(const std::filesystem::path& file, Access access);

  // The statement must not outlive the database.
  Statement prepare(std::string_view sql);
  void run(const std::string& sql);  // one or more statements, without results

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace pleat
