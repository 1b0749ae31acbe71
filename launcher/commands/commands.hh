// SPDX-License-Identifier: Apache-2.0
// What `pleat` can do: one function a command, its options as plain data. Each returns the exit
// status; errors are thrown (sys/error.hh).
#pragma once

#include <string>

namespace pleat {

struct RunOptions {
  std::string file;
  std::string output;   // the run's folder; empty: runs/<name>-<time>
  bool quiet = false;   // no progress
  bool strict = false;  // a doubtful or invalid verdict is a failure
};
// 0: it went as the experiment says; 1: it did not; 130: interrupted.
int run_command(const RunOptions& options, const std::string& command_line);

struct PlanOptions {
  std::string file;
  bool json = false;
  bool every_node = false;
};
int plan_command(const PlanOptions& options);

int validate_command(const std::string& file);

struct ReportOptions {
  std::string run;  // folder; empty: the last run, runs/latest
  bool json = false;
};
int report_command(const ReportOptions& options);

int mark_command(const std::string& text);

}  // namespace pleat
