// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "launcher/doctor/amounts.hh"
#include "launcher/doctor/print.hh"

namespace pleat::doctor {
namespace {

using Row = std::vector<std::string>;

// Columns as wide as their widest cell, the last one ragged; those named in `right` to the right.
std::string table(const std::vector<Row>& rows, const std::vector<size_t>& right = {}) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      const bool to_right = std::ranges::find(right, i) != right.end();
      line += "  " + (to_right ? padding + row[i] : row[i] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string amount(const Limit& limit, uint64_t value) {
  return limit.quantity == Quantity::kBytes ? rough_bytes(value) : grouped(value);
}

std::string in_brackets(const std::string& command) {
  return command.empty() ? "" : " (" + command + ")";
}

std::string too_low(const Diagnosis& diagnosis) {
  std::string names;
  for (const Limit& limit : diagnosis.limits) {
    if (limit.nodes() >= *diagnosis.wanted) continue;
    names += (names.empty() ? "" : ", ") + limit.name;
  }
  return names;
}

std::string findings_text(const Diagnosis& diagnosis) {
  std::vector<Row> rows;
  for (const Finding& finding : diagnosis.findings) {
    rows.push_back({word(finding.state), finding.subject, finding.meaning});
    if (!finding.command.empty()) rows.push_back({"", "", "-> " + finding.command});
  }
  return table(rows);
}

std::string limits_text(const Diagnosis& diagnosis) {
  const Limit* const first = diagnosis.first_limit();
  std::vector<Row> rows{{"", "", "is", "in use", "kept back", "per node", "nodes", ""}};
  for (const Limit& limit : diagnosis.limits) {
    std::string mark = &limit == first ? "first" : "";
    if (diagnosis.wanted) mark = limit.nodes() < *diagnosis.wanted ? "too low" : "ok";
    rows.push_back({mark, limit.name, amount(limit, limit.value), amount(limit, limit.in_use),
                    amount(limit, limit.reserve), amount(limit, limit.per_node),
                    grouped(limit.nodes()), limit.command.empty() ? "" : "-> " + limit.command});
  }
  return table(rows, {2, 3, 4, 5, 6});
}

}  // namespace

const char* word(State state) {
  switch (state) {
    case State::kOk: return "ok";
    case State::kLimited: return "limited";
    case State::kMissing: return "missing";
    case State::kUnknown: return "unknown";
  }
  return "";
}

std::string headline(const Diagnosis& diagnosis) {
  if (!diagnosis.able()) {
    const auto bad = std::ranges::find_if(diagnosis.findings, [](const Finding& finding) {
      return finding.required && finding.state != State::kOk;
    });
    return "not ready: pleat run cannot work here for want of " + bad->subject +
           in_brackets(bad->command);
  }
  const std::string most = grouped(diagnosis.nodes());
  if (!diagnosis.ready()) {
    if (!diagnosis.wanted) {
      return "not ready: no room for a node; see " + diagnosis.first_limit()->name;
    }
    return "not ready for " + grouped(*diagnosis.wanted) + " nodes: up to " + most +
           " here; too low: " + too_low(diagnosis);
  }
  const Limit* const first = diagnosis.first_limit();
  std::string ready =
      diagnosis.wanted ? "ready for " + grouped(*diagnosis.wanted) + " nodes" : "ready";
  if (first == nullptr) return ready;
  return ready + ": up to " + most + (diagnosis.wanted ? "" : " nodes") +
         " here; the first limit is " + first->name + in_brackets(first->command);
}

std::string plain_text(const Diagnosis& diagnosis) {
  return headline(diagnosis) + "\n\nWhat this machine can do:\n\n" + findings_text(diagnosis) +
         "\nHow many nodes its limits allow:\n\n" + limits_text(diagnosis) +
         "\nCommands need root's rights where not said otherwise. ulimit and prlimit last until\n"
         "the shell ends, sysctl -w until the next boot; /etc/security/limits.d and\n"
         "/etc/sysctl.d keep them.\n";
}

}  // namespace pleat::doctor
