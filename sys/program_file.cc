// SPDX-License-Identifier: Apache-2.0
#include "sys/program_file.hh"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>
#include <string_view>
#include <vector>

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

// Of programs of 64 bits; the names of sections are the section e_shstrndx.
bool has_section_of_go(const Fd& file) {
  Elf64_Ehdr header;
  Elf64_Shdr names;
  if (!read_at(file, 0, header) || header.e_shnum == 0) return false;
  const auto at = [&](unsigned i) { return header.e_shoff + uint64_t{i} * header.e_shentsize; };
  if (!read_at(file, at(header.e_shstrndx), names)) return false;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    char name[sizeof ".note.go.buildid"] = {};
    if (!read_at(file, at(i), section)) return false;
    // Near the end of the file there may be less than the longest.
    if (::pread(file.get(), name, sizeof name - 1,
                static_cast<off_t>(names.sh_offset + section.sh_name)) <= 0) {
      continue;
    }
    if (std::string_view(name) == ".go.buildinfo" || std::string_view(name) == ".note.go.buildid") {
      return true;
    }
  }
  return false;
}

// ELFCLASS32, ELFCLASS64 or, of what is no ELF file, ELFCLASSNONE.
unsigned char class_of(const Fd& file) {
  unsigned char identity[EI_NIDENT];
  if (!file || !read_at(file, 0, identity)) return ELFCLASSNONE;
  return std::memcmp(identity, ELFMAG, SELFMAG) == 0 ? identity[EI_CLASS] : ELFCLASSNONE;
}

Fd open_program(const std::filesystem::path& file) {
  return Fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

// Looked for in pieces that overlap, so that none is cut in two.
bool holds_any(const Fd& file, std::initializer_list<std::string_view> names) {
  constexpr size_t kOverlap = 64;  // longer than any name
  std::vector<char> piece(1 << 20);
  for (off_t at = 0;;) {
    const ssize_t bytes = ::pread(file.get(), piece.data(), piece.size(), at);
    if (bytes <= 0) return false;
    const std::string_view text(piece.data(), static_cast<size_t>(bytes));
    for (const std::string_view name : names) {
      if (text.find(name) != text.npos) return true;
    }
    if (static_cast<size_t>(bytes) < piece.size()) return false;
    at += bytes - static_cast<ssize_t>(kOverlap);
  }
}

}  // namespace

bool looks_into_the_vdso(const std::filesystem::path& file) {
  const Fd opened = open_program(file);
  return class_of(opened) != ELFCLASSNONE &&
         holds_any(opened, {"__vdso_clock_gettime", "__vdso_gettimeofday", "__kernel_clock_gettime",
                            "__kernel_gettimeofday"});
}

bool is_go_program(const std::filesystem::path& file) {
  const Fd opened = open_program(file);
  return class_of(opened) == ELFCLASS64 && has_section_of_go(opened);
}

bool is_static_program(const std::filesystem::path& file) {
  const Fd opened = open_program(file);
  switch (class_of(opened)) {
    case ELFCLASS32: return names_no_linker<Elf32_Ehdr, Elf32_Phdr>(opened);
    case ELFCLASS64: return names_no_linker<Elf64_Ehdr, Elf64_Phdr>(opened);
    default: return false;
  }
}

}  // namespace pleat
