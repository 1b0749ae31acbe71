// SPDX-License-Identifier: Apache-2.0
#include "identity/programs.hh"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>

#include <algorithm>

#include "cgroup_identity.skel.h"
#include "identity/libbpf.hh"
#include "sys/error.hh"

namespace pleat {
struct CgroupPrograms::Loaded {
  cgroup_identity* skeleton = nullptr;

  ~Loaded() { cgroup_identity__destroy(skeleton); }
};

std::optional<std::string> why_without_programs() { return std::nullopt; }

CgroupPrograms::CgroupPrograms(size_t nodes) : loaded_(std::make_unique<Loaded>()) {
  silence_libbpf();
  cgroup_identity*& skeleton = loaded_->skeleton;
  skeleton = cgroup_identity__open();
  if (skeleton == nullptr) fail("prepare", "the BPF programs for cgroups");
  const auto entries = static_cast<uint32_t>(std::max<size_t>(nodes, 1));
  bpf_map__set_max_entries(skeleton->maps.nodes, entries);
  bpf_map__set_max_entries(skeleton->maps.drops, entries);
  if (const int error = -cgroup_identity__load(skeleton); error != 0) {
    fail_to_load("the BPF programs for cgroups", error);
  }
}

CgroupPrograms::~CgroupPrograms() = default;

void CgroupPrograms::attach(const Fd& cgroup) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, loaded_->skeleton->obj) {
    attach_to_cgroup(program, cgroup);
  }
}

void CgroupPrograms::add(uint64_t node_cgroup, const node_addresses& addresses) {
  check_call(bpf_map__update_elem(loaded_->skeleton->maps.nodes, &node_cgroup, sizeof node_cgroup,
                                  &addresses, sizeof addresses, BPF_ANY),
             "tell the BPF programs", "the addresses of a node");
}

uint32_t CgroupPrograms::drops_map() const {
  bpf_map_info info{};
  uint32_t size = sizeof info;
  check_call(bpf_obj_get_info_by_fd(bpf_map__fd(loaded_->skeleton->maps.drops), &info, &size),
             "ask for the number of", "a BPF map");
  return info.id;
}

DropCounts::DropCounts(uint32_t map, size_t nodes)
    : map_(check_call(bpf_map_get_fd_by_id(map), "open", "the BPF map of dropped packets")),
      counts_(nodes) {}

const std::vector<node_drops>& DropCounts::read() {
  std::vector<uint32_t> indices(counts_.size());
  auto count = static_cast<uint32_t>(counts_.size());
  uint32_t position = 0;
  const int result = bpf_map_lookup_batch(map_.get(), nullptr, &position, indices.data(),
                                          counts_.data(), &count, nullptr);
  // The end of the map is told as ENOENT.
  if (result < 0 && errno != ENOENT) fail("read", "the BPF map of dropped packets");
  return counts_;
}

}  // namespace pleat
