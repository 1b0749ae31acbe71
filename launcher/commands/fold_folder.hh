// SPDX-License-Identifier: Apache-2.0
// The folder of a fold: what it has to know to go on where it was interrupted, and that no other
// fold is in it.
#pragma once

#include <filesystem>
#include <string>

#include "sys/fd.hh"

namespace pleat {

// Runs of other premises are those of another fold.
struct FoldPremises {
  std::string experiment;  // the text of its file
  std::string dilation;
  std::string machine;
};

class FoldFolder {
 public:
  // Makes it, or takes that of an earlier fold with the same premises. Throws UserError where it
  // holds anything else, or a fold runs in it.
  FoldFolder(const std::filesystem::path& folder, const FoldPremises& premises);

  const std::filesystem::path& path() const { return path_; }  // absolute
  std::filesystem::path experiment() const;                    // a file with its text

 private:
  std::filesystem::path path_;
  Fd lock_;
};

}  // namespace pleat
