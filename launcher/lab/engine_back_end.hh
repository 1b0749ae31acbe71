// SPDX-License-Identifier: Apache-2.0
// The back end `engine`: a TUN device and the thread that serves it.
#pragma once

#include <memory>

#include "launcher/lab/back_end.hh"

namespace pleat {

// As make_back_end().
std::unique_ptr<BackEnd> make_engine_back_end(const Plan& plan, DilationFactor dilation);

}  // namespace pleat
