// SPDX-License-Identifier: Apache-2.0
// Where the parts of this installation are, seen from the running program.
#pragma once

#include <filesystem>

namespace pleat {

std::filesystem::path own_program();

// The folder of what nodes find before their own programs: a `pleat` that knows `mark`. Throws
// SystemError where it is not.
std::filesystem::path programs_in_nodes();

// The identity library: beside the program in a build folder, in lib/ of an installation, or where
// PLEAT_PRELOAD says. Throws SystemError where it is not, and UserError where the dynamic linker
// could not take its path.
std::filesystem::path preload_library();

// The same of the library that slows time down, and PLEAT_DILATION_LIBRARY.
std::filesystem::path dilation_library();

}  // namespace pleat
