// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "launcher/record/results.hh"
#include "launcher/verdict/evidence.hh"

namespace pleat {

// From the samples between the start of the run and its end: what setup and check do to the host
// does not concern the nodes.
HostEvidence host_evidence(const Results& results);

}  // namespace pleat
