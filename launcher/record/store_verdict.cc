// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/record.hh"

#include <optional>

#include "launcher/record/database.hh"
#include "launcher/record/schema.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

void write(Database& database, const Verdict& verdict) {
  database.run("BEGIN IMMEDIATE; DELETE FROM reasons;");
  database.prepare("INSERT OR REPLACE INTO run VALUES ('verdict', ?)").run(name(verdict.level));
  Statement insert = database.prepare("INSERT INTO reasons VALUES (?,?,?,?)");
  for (const Reason& reason : verdict.reasons) {
    const std::optional<int64_t> time =
        reason.time ? std::optional<int64_t>(reason.time->count()) : std::nullopt;
    insert.run(name(reason.level), name(reason.cause), reason.text, time);
  }
  database.run("COMMIT");
}

}  // namespace

void store_verdict(const std::filesystem::path& run_folder, const Verdict& verdict) {
  const std::filesystem::path file = run_folder / kResultsFile;
  try {
    Database database(file, Database::Access::kWrite);
    write(database, verdict);
  } catch (const DatabaseError& error) {
    throw SystemError("write the verdict into", file.string() + " (" + error.what() + ")",
                      error.system_error());
  }
}

}  // namespace pleat
