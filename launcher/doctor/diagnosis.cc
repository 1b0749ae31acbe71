// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/diagnosis.hh"

#include <algorithm>

namespace pleat::doctor {

uint64_t Limit::nodes() const {
  // Not in_use + reserve: the kernel's "no limit" is often the largest number that there is.
  const uint64_t not_used = value > in_use ? value - in_use : 0;
  return (not_used > reserve ? not_used - reserve : 0) / per_node;
}

bool Diagnosis::able() const {
  return std::ranges::none_of(findings, [](const Finding& finding) {
    return finding.required && finding.state != State::kOk;
  });
}

const Limit* Diagnosis::first_limit() const {
  const auto first = std::ranges::min_element(limits, {}, &Limit::nodes);
  return first == limits.end() ? nullptr : &*first;
}

uint64_t Diagnosis::nodes() const {
  if (!able()) return 0;
  const Limit* const first = first_limit();
  return first == nullptr ? UINT64_MAX : first->nodes();
}

bool Diagnosis::ready() const { return able() && nodes() >= wanted.value_or(1); }

Diagnosis diagnose(const Facts& facts, const NodeNeeds& needs, std::optional<uint32_t> wanted) {
  Diagnosis diagnosis{.findings = lab_findings(facts),
                      .limits = find_limits(facts, needs, wanted),
                      .wanted = wanted};
  std::ranges::move(kernel_findings(facts), std::back_inserter(diagnosis.findings));
  std::ranges::move(host_findings(facts), std::back_inserter(diagnosis.findings));
  return diagnosis;
}

}  // namespace pleat::doctor
