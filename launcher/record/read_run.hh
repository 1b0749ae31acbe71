// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "launcher/record/database.hh"
#include "launcher/record/run_info.hh"
#include "model/plan.hh"

namespace pleat {

// The table `run`, which record_run.hh wrote.
struct RunTable {
  RunInfo info;
  Plan plan;
  std::optional<RunEnd> end;  // none: nobody ended the record
};

// Throws DatabaseError, also where the table is not as it was written.
RunTable read_run(Database& database);

}  // namespace pleat
