// SPDX-License-Identifier: Apache-2.0
// What runs: commands, environments and files, their placeholders checked and other nodes'
// addresses put in.
#pragma once

#include <string_view>

#include "model/experiment.hh"
#include "model/placeholders.hh"
#include "model/problem.hh"

namespace pleat {

class ProgramCompiler {
 public:
  explicit ProgramCompiler(Problems& problems) : problems_(problems) {}

  PlanWorkload compile(const StatedWorkload& workload, const Known& known);
  PlanStep compile(const StatedStep& step, std::string_view name, const Known& known);

 private:
  template <class Program>
  void compile_program(const StatedProgram& stated, TextOf texts, TextOf paths, const Known& known,
                       Program& program);
  std::string resolved(const Stated<std::string>& text, TextOf where, const Known& known);

  Problems& problems_;
};

}  // namespace pleat
