// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pleat {

// `pleat lab`: serves one run over standard input and output (launcher/protocol/messages.hh) and
// returns the exit status. lab.hh has the theory of operation.
int serve_lab();

}  // namespace pleat
