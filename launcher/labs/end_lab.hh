// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "launcher/labs/lab_state.hh"

namespace pleat {

// Ends a lab with every process in it, in order if it heeds that within two seconds, and returns
// when it is gone. One that is gone already is no error. Throws SystemError.
void end_lab(const LabState& lab);

// How many processes run in the lab, its init aside.
size_t processes_in(const LabState& lab);

}  // namespace pleat
