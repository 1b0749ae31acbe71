// SPDX-License-Identifier: Apache-2.0
// From facts about a machine to what they mean for pleat. Pure: the same facts, the same diagnosis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/doctor/facts.hh"

namespace pleat::doctor {

enum class State { kOk, kLimited, kMissing, kUnknown };

struct Finding {
  std::string subject{};
  State state = State::kUnknown;
  std::string meaning{};  // for pleat
  std::string command{};  // that mends it; empty where there is nothing to do, or no way
  bool required = false;  // unless it is ok, no experiment runs
};

enum class Quantity { kCount, kBytes };

struct Limit {
  std::string name{};
  Quantity quantity = Quantity::kCount;
  uint64_t value = 0;
  uint64_t in_use = 0;    // now
  uint64_t reserve = 0;   // for the lab itself and for the host
  uint64_t per_node = 1;  // never 0
  std::string command{};  // that lifts it; empty where it is wide enough for the wanted nodes

  uint64_t nodes() const;  // that it allows
};

// What one node is taken to use.
struct NodeNeeds {
  uint64_t memory = 3'000'000;    // the engine's state and a small program in C
  uint64_t processes = 1;         // of one thread
  uint64_t files = 100;           // sockets, most of them
  uint64_t tcp_memory = 128'000;  // what waits in the buffers of its sockets
  uint64_t disk = 100'000;        // logs and its part of the record
  uint64_t disk_files = 5;        // its folder, its logs, what it downloads
};

struct Diagnosis {
  std::vector<Finding> findings{};
  std::vector<Limit> limits{};
  std::optional<uint32_t> wanted{};  // nodes

  bool able() const;                 // pleat run works at all
  uint64_t nodes() const;            // that all limits allow; 0 where it doesn't work
  const Limit* first_limit() const;  // that allows the fewest; null where there is none
  // Able, and the limits allow the wanted nodes, or at least one.
  bool ready() const;
};

Diagnosis diagnose(const Facts&, const NodeNeeds& = {}, std::optional<uint32_t> wanted = {});

// Its parts.
std::vector<Finding> lab_findings(const Facts&);     // what every run needs
std::vector<Finding> kernel_findings(const Facts&);  // what some runs can use
std::vector<Finding> host_findings(const Facts&);    // what makes results good or bad
std::vector<Limit> find_limits(const Facts&, const NodeNeeds&, std::optional<uint32_t> wanted);

}  // namespace pleat::doctor
