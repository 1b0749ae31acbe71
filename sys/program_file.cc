// SPDX-License-Identifier: Apache-2.0
#include "sys/program_file.hh"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "sys/fd.hh"

namespace pleat {
namespace {

template <typename Header>
bool read_at(const Fd& file, uint64_t offset, Header& header) {
  return ::pread(file.get(), &header, sizeof header, static_cast<off_t>(offset)) ==
         static_cast<ssize_t>(sizeof header);
}

template <typename FileHeader, typename ProgramHeader>
bool names_no_linker(const Fd& file) {
  FileHeader header;
  if (!read_at(file, 0, header)) return false;
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return false;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    ProgramHeader part;
    if (!read_at(file, header.e_phoff + uint64_t{i} * header.e_phentsize, part)) return false;
    if (part.p_type == PT_INTERP) return false;
  }
  return true;
}

}  // namespace

bool is_static_program(const std::filesystem::path& file) {
  const Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  unsigned char identity[EI_NIDENT];
  if (!opened || !read_at(opened, 0, identity)) return false;
  if (std::memcmp(identity, ELFMAG, SELFMAG) != 0) return false;
  if (identity[EI_CLASS] == ELFCLASS32) return names_no_linker<Elf32_Ehdr, Elf32_Phdr>(opened);
  return names_no_linker<Elf64_Ehdr, Elf64_Phdr>(opened);
}

}  // namespace pleat
