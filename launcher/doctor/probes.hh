// SPDX-License-Identifier: Apache-2.0
// Finding out what this machine can do, by trying. Nothing of the host changes, except that its
// kernel may load modules, as for any program that asks for what they hold. They take some tens of
// milliseconds each and, as they fork, belong in a process of one thread.
#pragma once

#include "launcher/doctor/facts.hh"

namespace pleat::doctor {

LabFacts probe_lab();

// `labs`: probe_lab found that there can be any; elsewhere nothing is tried that takes one.
TunFacts probe_tun(bool labs);
TrafficControlFacts probe_traffic_control(bool labs);

BpfFacts probe_bpf();
CgroupFacts probe_cgroups();
HostFacts probe_host();
LimitFacts probe_limits();

Facts gather_facts();  // all of them

}  // namespace pleat::doctor
