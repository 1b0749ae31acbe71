// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace pleat {

// Whether the file is an ELF program that is loaded without a dynamic linker, so that LD_PRELOAD
// does nothing in it. False for scripts, and for what cannot be read.
bool is_static_program(const std::filesystem::path& file);

// Whether the file is an ELF program that a Go compiler made: it has the section .go.buildinfo or
// .note.go.buildid. False for what has been stripped of its sections, and for what cannot be read.
bool is_go_program(const std::filesystem::path& file);

// Whether the file names the vDSO's functions that read clocks: only who looks for them there, and
// so goes past libc, has a use for these names. False for what cannot be read.
bool looks_into_the_vdso(const std::filesystem::path& file);

}  // namespace pleat
