// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/database.hh"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "sys/fd.hh"

namespace pleat {
namespace {

// How long to wait for another process that holds the file: a report being made of a run that
// has not ended.
constexpr int kBusyMilliseconds = 5000;

[[noreturn]] void fail_with(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  int system_error = sqlite3_system_errno(database);
  // SQLite says "full" without an errno where a write was cut short.
  if (code == SQLITE_FULL && system_error == 0) system_error = ENOSPC;
  // The errno of an earlier failure stays in place when it was not the system that failed now.
  if (code != SQLITE_FULL && code != SQLITE_IOERR && code != SQLITE_CANTOPEN) system_error = 0;
  throw DatabaseError(sqlite3_errmsg(database), system_error);
}

// SQLite has no way to insist on a new file.
void create_empty(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) throw DatabaseError(std::generic_category().message(errno), errno);
}

// Whether nobody writes it, nor may we write beside it. The file of a lab that was killed says that
// there is a log, also when it was folded into the file: SQLite would make one, even to read.
bool is_archived(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return ::access(folder.empty() ? "." : folder.c_str(), W_OK) < 0 &&
         !std::filesystem::exists(file.string() + "-wal") &&
         !std::filesystem::exists(file.string() + "-journal");
}

// As SQLite's URI of a file that does not change.
std::string unchanging(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '%') {
      uri += "%25";
    } else if (c == '?') {
      uri += "%3f";
    } else if (c == '#') {
      uri += "%23";
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::expect_ok(int result) {
  if (result != SQLITE_OK) fail_with(sqlite3_db_handle(statement_.get()));
}

void Statement::bind_integer(int place, int64_t value) {
  expect_ok(sqlite3_bind_int64(statement_.get(), place, value));
}

void Statement::bind_real(int place, double value) {
  expect_ok(sqlite3_bind_double(statement_.get(), place, value));
}

void Statement::bind_text(int place, std::string_view value) {
  expect_ok(sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(),
                                SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_null(int place) { expect_ok(sqlite3_bind_null(statement_.get(), place)); }

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  // Reports the error of the step again, if there was one.
  expect_ok(sqlite3_reset(statement_.get()));
  return false;
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

uint64_t Statement::count(int column) const { return static_cast<uint64_t>(integer(column)); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const {
  const void* text = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (text == nullptr) return {};
  return {static_cast<const char*>(text), static_cast<size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Database::Database(const std::filesystem::path& file, Access access) {
  if (access == Access::kCreate) create_empty(file);
  int flags = access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  std::string name = file.string();
  if (access == Access::kRead && is_archived(file)) {
    flags |= SQLITE_OPEN_URI;
    name = unchanging(file);
  }
  sqlite3* database = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (result != SQLITE_OK) fail_with(database);
  sqlite3_busy_timeout(database, kBusyMilliseconds);
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) fail_with(database_.get());
  return Statement(statement);
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail_with(database_.get());
  }
}

}  // namespace pleat
