// SPDX-License-Identifier: Apache-2.0
// The parts of judge(): each appends what it finds, or else one reason of level kFaithful that
// says what was measured.
#pragma once

#include <vector>

#include "launcher/verdict/evidence.hh"

namespace pleat {

using Reasons = std::vector<Reason>;

void judge_nodes(const NodeEvidence& nodes, Reasons& reasons);
void judge_engine(const EngineEvidence& engine, Reasons& reasons);
void judge_host(const HostEvidence& host, Reasons& reasons);

}  // namespace pleat
