// What an engine is made of. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_ENGINE_HANDLE_HPP
#define RECOUP_ENGINE_HANDLE_HPP

#include "result.hpp"

#include <memory>

namespace recoup::detail {

/// The owner of an engine of recoup.h. Part of Engine, and nothing by itself.
class EngineHandle {
 public:
  /// For recoup.h; stays this object's. NULL where it was moved from.
  [[nodiscard]] recoup_engine *handle() const noexcept { return handle_.get(); }
  /// Gives the engine away: free it with recoup_engine_free.
  [[nodiscard]] recoup_engine *release() noexcept { return handle_.release(); }

 protected:
  explicit EngineHandle(recoup_engine *handle) noexcept : handle_(handle) {}
  ~EngineHandle() = default;
  EngineHandle(EngineHandle &&) noexcept = default;
  EngineHandle &operator=(EngineHandle &&) noexcept = default;

 private:
  std::unique_ptr<recoup_engine, FreeBy<recoup_engine_free>> handle_;
};

}  // namespace recoup::detail

#endif  // RECOUP_ENGINE_HANDLE_HPP
