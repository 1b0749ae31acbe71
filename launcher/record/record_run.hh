// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "launcher/record/database.hh"
#include "launcher/record/run_info.hh"
#include "model/plan.hh"

namespace pleat {

// Fills the tables that are complete before the run begins: run, groups, workloads, nodes.
// Throws DatabaseError.
void write_beginning(Database& database, const RunInfo& info, const Plan& plan);

// The settings of the run that are known at its end.
void write_end(Database& database, const RunEnd& end);

}  // namespace pleat
