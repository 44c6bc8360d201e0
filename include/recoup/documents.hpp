// Views of all documents that the library returns. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_DOCUMENTS_HPP
#define RECOUP_DOCUMENTS_HPP

#include "document.hpp"
#include "documents/access.hpp"
#include "documents/blocks.hpp"
#include "documents/case_files.hpp"
#include "documents/decisions.hpp"
#include "documents/doctor.hpp"
#include "documents/events.hpp"
#include "documents/exports.hpp"
#include "documents/figures.hpp"
#include "documents/histories.hpp"
#include "documents/journal.hpp"
#include "documents/notices.hpp"
#include "documents/orders.hpp"
#include "documents/outcomes.hpp"
#include "documents/recovery.hpp"
#include "documents/refunds.hpp"
#include "documents/reviews.hpp"
#include "documents/store_actions.hpp"
#include "documents/sweeps.hpp"
#include "documents/webhooks.hpp"

#endif  // RECOUP_DOCUMENTS_HPP
