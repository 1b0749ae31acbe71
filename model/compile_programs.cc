// SPDX-License-Identifier: Apache-2.0
#include "model/compile_programs.hh"

namespace pleat {

std::string ProgramCompiler::resolved(const Stated<std::string>& text, TextOf where,
                                      const Known& known) {
  try {
    return resolve_nodes(text.value, where, known);
  } catch (const BadValue& bad) {
    problems_.add(text.place, bad.wrong(), bad.hint());
    return {};
  }
}

// PlanWorkload and PlanStep name these members alike.
template <class Program>
void ProgramCompiler::compile_program(const StatedProgram& stated, TextOf texts, TextOf paths,
                                      const Known& known, Program& program) {
  for (const auto& word : stated.command) program.command.push_back(resolved(word, texts, known));
  for (const auto& [key, text] : stated.environment) {
    program.environment.emplace(key, resolved(text, texts, known));
  }
  for (const auto& [path, text] : stated.files) {
    program.files.push_back({resolved(path, paths, known), resolved(text, texts, known)});
  }
}

PlanWorkload ProgramCompiler::compile(const StatedWorkload& stated, const Known& known) {
  PlanWorkload workload;
  if (stated.name) workload.name = stated.name->value;
  compile_program(stated.program, TextOf::kNode, TextOf::kNodePath, known, workload);
  workload.on_exit = stated.on_exit;
  workload.finish = stated.finish;
  workload.mark = stated.mark;
  workload.stop_after = stated.stop_after;
  workload.payload = stated.payload;
  return workload;
}

PlanStep ProgramCompiler::compile(const StatedStep& stated, std::string_view name,
                                  const Known& known) {
  PlanStep step;
  step.name = name;
  compile_program(stated.program, TextOf::kStep, TextOf::kStepPath, known, step);
  step.time_limit = stated.time_limit;
  return step;
}

}  // namespace pleat
