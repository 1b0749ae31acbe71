// SPDX-License-Identifier: Apache-2.0
// An experiment of two nodes, of which one executes what a test is about.
#pragma once

#include <string>

#include "tests/lab/lab_run.hh"

namespace pleat::test {

// Shell commands in node a (10.1.0.1), while b (10.1.0.2) does nothing.
std::string two_nodes(const std::string& script);

// What they printed; fails the test where the run fails.
std::string run_in_a_node(LabRun& lab);

}  // namespace pleat::test
