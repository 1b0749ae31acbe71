// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "model/experiment.hh"
#include "model/problem.hh"

namespace pleat {

// What the file says. Adds a problem for each thing in it that is unsound by itself: an unknown
// key, a wrong kind, a missing or misread value, one outside of its limits. Throws BadExperiment
// at once where the text is no TOML.
Experiment read_experiment(std::string_view toml_text, Problems& problems);

}  // namespace pleat
