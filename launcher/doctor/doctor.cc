// SPDX-License-Identifier: Apache-2.0
#include "launcher/doctor/doctor.hh"

#include <ostream>

#include "launcher/doctor/print.hh"
#include "launcher/doctor/probes.hh"

namespace pleat::doctor {

int run(const Options& options, std::ostream& out) {
  const Diagnosis diagnosis = diagnose(gather_facts(), options.needs, options.nodes);
  out << (options.json ? json_text(diagnosis) : plain_text(diagnosis));
  return diagnosis.ready() ? 0 : 1;
}

}  // namespace pleat::doctor
