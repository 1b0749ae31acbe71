// SPDX-License-Identifier: Apache-2.0
// The parts of judge(): each appends what it finds, or else one reason of level kFaithful that
// says what was measured.
#pragma once

#include <string>
#include <vector>

#include "launcher/verdict/evidence.hh"

namespace pleat {

using Reasons = std::vector<Reason>;

void judge_nodes(const NodeEvidence& nodes, Reasons& reasons);
void judge_identity(const IdentityEvidence& identity, Reasons& reasons);
void judge_host_time(const IdentityEvidence& host_time, Reasons& reasons);
void judge_engine(const EngineEvidence& engine, Reasons& reasons);
void judge_tc(const TcEvidence& tc, Reasons& reasons);
// `lateness_known`: it was measured how late packets left. If not, the processors' load has to
// speak for them too.
void judge_host(const HostEvidence& host, bool lateness_known, Reasons& reasons);

// Of processors that came late; where that was measured.
void judge_pauses(const HostEvidence& host, Reasons& reasons);

// What is the same whoever shapes the packets.
// Packets that the experiment did not ask to lose. `others`: how many had another fate; `how`
// continues "... packets were".
void judge_unasked_loss(Cause cause, const Mishaps& lost, uint64_t others, const std::string& how,
                        Reasons& reasons);
void judge_stray_sources(const Mishaps& stray_sources, Reasons& reasons);
void judge_unpinned(const UnpinnedEvidence& unpinned, Reasons& reasons);

void judge_waiting(const WaitEvidence& waiting, Reasons& reasons);
void judge_verification(const VerificationEvidence& verification, Reasons& reasons);
void judge_probes(const ProbeEvidence& probes, Reasons& reasons);
void judge_no_probes(const char* why, Reasons& reasons);

}  // namespace pleat
