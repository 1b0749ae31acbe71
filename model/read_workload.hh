// SPDX-License-Identifier: Apache-2.0
// Reads what runs: [[workload]], [setup] and [check]. For read_experiment() only.
#pragma once

#include "model/experiment.hh"
#include "model/table_reader.hh"

namespace pleat {

StatedWorkload read_workload(TableReader from);
StatedStep read_step(TableReader from);

}  // namespace pleat
