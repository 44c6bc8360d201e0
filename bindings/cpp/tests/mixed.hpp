// A program of two files, mixed_throwing.cpp with exceptions and mixed_bare.cpp without, which register callables of the
// same types: the linker keeps one copy of each template that both instantiate.
#ifndef RECOUP_TESTS_MIXED_HPP
#define RECOUP_TESTS_MIXED_HPP

#include "recoup.hpp"

#include <functional>

using OnEvent = std::function<recoup::Handled(const recoup::Event &)>;
using OnCompletion = std::function<void(const recoup::Completion &, std::string_view)>;
using OnLog = std::function<void(recoup::LogLevel, std::string_view, std::string_view)>;
using OnProgress = std::function<void(std::string_view)>;
using Transport = std::function<void(const recoup::HttpRequest &, recoup::HttpAnswer &)>;

/// Uses every function that takes a callable, in the file without exceptions. Engine and Result are the same types there.
recoup::Result<void> use_in_bare_file(const recoup::Engine &engine);

#endif  // RECOUP_TESTS_MIXED_HPP
