// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace pleat {

// Whether the file is an ELF program that is loaded without a dynamic linker, so that LD_PRELOAD
// does nothing in it. False for scripts, and for what cannot be read.
bool is_static_program(const std::filesystem::path& file);

}  // namespace pleat
