// SPDX-License-Identifier: Apache-2.0
// The cgroup programs in the kernel (cgroup_identity.bpf.c has the theory of operation), and what
// they know of a lab's nodes. The door to libbpf.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/node_addresses.h"
#include "sys/fd.hh"

namespace pleat {

// Why this Pleat has no cgroup programs; nothing: it has.
std::optional<std::string> why_without_programs();

class CgroupPrograms {
 public:
  // Loads them for so many nodes. Takes CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN in the first user
  // namespace (or CAP_SYS_ADMIN for the first two). Throws SystemError.
  explicit CgroupPrograms(size_t nodes);
  ~CgroupPrograms();
  CgroupPrograms(const CgroupPrograms&) = delete;
  CgroupPrograms& operator=(const CgroupPrograms&) = delete;

  // From here on they are asked about every process and every socket in this cgroup and below, for
  // as long as there is one: they stay when this object and its process are gone, and go with the
  // cgroup. Throws SystemError.
  void attach(const Fd& cgroup);

  // Whose processes use which addresses. To be called before there are any. Throws SystemError.
  void add(uint64_t node_cgroup, const node_addresses& addresses);

  // Names the counts of dropped packets for as long as the programs are attached.
  uint32_t drops_map() const;

 private:
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
};

// The counts, read by another process.
class DropCounts {
 public:
  // `map`: CgroupPrograms::drops_map(). Takes CAP_SYS_ADMIN in the first user namespace. Throws
  // SystemError.
  DropCounts(uint32_t map, size_t nodes);

  // Those of all nodes, by index. Throws SystemError.
  const std::vector<node_drops>& read();

 private:
  Fd map_;
  std::vector<node_drops> counts_;
};

}  // namespace pleat
