// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pleat {

inline constexpr char kResultsFile[] = "results.db";  // in the run's folder

// PRAGMA user_version of the file.
inline constexpr int kSchemaVersion = 8;

extern const char kSchemaSql[];  // schema.sql

}  // namespace pleat
