// SPDX-License-Identifier: Apache-2.0
// In the place of programs.cc, wildcard.cc and first_timeout.cc where Pleat is built without the
// cgroup programs.
#include "identity/first_timeout.hh"
#include "identity/programs.hh"
#include "identity/wildcard.hh"
#include "sys/error.hh"

namespace pleat {

struct CgroupPrograms::Loaded {};

std::optional<std::string> why_without_programs() { return PLEAT_NOT_BUILT; }

// Whoever asks why first never comes here.
CgroupPrograms::CgroupPrograms(size_t) {
  throw SystemError("load", "the BPF programs for cgroups", 0, PLEAT_NOT_BUILT);
}
CgroupPrograms::~CgroupPrograms() = default;
void CgroupPrograms::attach(const Fd&) { check(false); }
void CgroupPrograms::add(uint64_t, const node_addresses&) { check(false); }
uint32_t CgroupPrograms::drops_map() const { return 0; }

DropCounts::DropCounts(uint32_t, size_t) { check(false); }
const std::vector<node_drops>& DropCounts::read() { return counts_; }

void set_first_timeout(const Fd&, std::chrono::milliseconds) { check(false); }

void complete_wildcards(std::span<const node_addresses>, const Doors&) { check(false); }

}  // namespace pleat
