// SPDX-License-Identifier: Apache-2.0
// Whole files. All throw SystemError with the path.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pleat {

std::string read_file(const std::filesystem::path&);
// As read_file, but nothing where the file does not exist or may not be read: for /proc and /sys,
// whose files depend on the kernel.
std::optional<std::string> try_read_file(const std::filesystem::path&);

// Creates or replaces the file.
void write_file(const std::filesystem::path&, std::string_view text);
// As write_file, but at no time is there a file with a part of the text, whatever becomes of us or
// of the disk: it is written as unfinished(), which may be left behind, and renamed.
void replace_file(const std::filesystem::path&, std::string_view text);
std::filesystem::path unfinished(const std::filesystem::path&);
// With those around it; one that exists already is no error.
void make_folder(const std::filesystem::path&);
// Writes to a file that must exist, in one write call: for /proc and /sys.
void write_setting(const std::filesystem::path&, std::string_view value);

// The file that `program` names as execvp would find it: as it is if it holds a slash, else along
// `search_path` (PATH's syntax). Nothing where there is no such executable file.
std::optional<std::filesystem::path> find_program(std::string_view program,
                                                  std::string_view search_path);

}  // namespace pleat
