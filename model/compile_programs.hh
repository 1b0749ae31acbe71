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
  // `address_of` throws BadValue for an unknown node.
  ProgramCompiler(AddressOfNode address_of, Problems& problems)
      : address_of_(std::move(address_of)), problems_(problems) {}

  PlanWorkload compile(const StatedWorkload& workload);
  PlanStep compile(const StatedStep& step, std::string_view name);

 private:
  template <class Program>
  void compile_program(const StatedProgram& stated, TextOf texts, TextOf paths, Program& program);
  std::string resolved(const Stated<std::string>& text, TextOf where);

  AddressOfNode address_of_;
  Problems& problems_;
};

}  // namespace pleat
