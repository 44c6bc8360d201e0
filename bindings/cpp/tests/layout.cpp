// The structs of recoup.h as C++ sees them, member for member, where pointers have 64 bits; and a second translation
// unit with recoup.hpp, which must not clash with the first.
#include "recoup.hpp"

#include <cstddef>
#include <type_traits>

#define SIZE(Struct, size) \
  static_assert(sizeof(Struct) == (size) && std::is_standard_layout_v<Struct> && std::is_trivially_copyable_v<Struct>)
#define MEMBER(Struct, Type, member, offset) \
  static_assert(offsetof(Struct, member) == (offset) && std::is_same_v<decltype(Struct::member), Type>)

static_assert(sizeof(void *) == 8);

SIZE(recoup_string, 16);
MEMBER(recoup_string, const char *, data, 0);
MEMBER(recoup_string, size_t, len, 8);

SIZE(recoup_header, 32);
MEMBER(recoup_header, recoup_string, name, 0);
MEMBER(recoup_header, recoup_string, value, 16);

SIZE(recoup_request, 56);
MEMBER(recoup_request, uint32_t, struct_size, 0);
MEMBER(recoup_request, uint32_t, reserved, 4);
MEMBER(recoup_request, recoup_string, store, 8);
MEMBER(recoup_request, const recoup_header *, headers, 24);
MEMBER(recoup_request, size_t, header_count, 32);
MEMBER(recoup_request, const uint8_t *, body, 40);
MEMBER(recoup_request, size_t, body_len, 48);

SIZE(recoup_outcome, 32);
MEMBER(recoup_outcome, uint32_t, struct_size, 0);
MEMBER(recoup_outcome, recoup_outcome_kind, kind, 4);
MEMBER(recoup_outcome, recoup_meaning, meaning, 8);
MEMBER(recoup_outcome, int32_t, http_status, 12);
MEMBER(recoup_outcome, int64_t, refund_id, 16);
MEMBER(recoup_outcome, uint8_t, is_new, 24);
MEMBER(recoup_outcome, uint8_t[7], reserved, 25);

SIZE(recoup_grant, 24);
MEMBER(recoup_grant, recoup_string, item, 0);
MEMBER(recoup_grant, int64_t, quantity, 16);

SIZE(recoup_purchase, 256);
MEMBER(recoup_purchase, uint32_t, struct_size, 0);
MEMBER(recoup_purchase, recoup_environment, environment, 4);
MEMBER(recoup_purchase, recoup_product_type, product_type, 8);
MEMBER(recoup_purchase, uint32_t, quantity, 12);
MEMBER(recoup_purchase, int64_t, price_micros, 16);
MEMBER(recoup_purchase, int64_t, purchased_at_ms, 24);
MEMBER(recoup_purchase, int64_t, expires_at_ms, 32);
MEMBER(recoup_purchase, int64_t, repays, 40);
MEMBER(recoup_purchase, recoup_string, store, 48);
MEMBER(recoup_purchase, recoup_string, user, 64);
MEMBER(recoup_purchase, recoup_string, app, 80);
MEMBER(recoup_purchase, recoup_string, order_id, 96);
MEMBER(recoup_purchase, recoup_string, purchase_token, 112);
MEMBER(recoup_purchase, recoup_string, original_id, 128);
MEMBER(recoup_purchase, recoup_string, account_tag, 144);
MEMBER(recoup_purchase, recoup_string, linked_token, 160);
MEMBER(recoup_purchase, recoup_string, product, 176);
MEMBER(recoup_purchase, recoup_string, price_currency, 192);
MEMBER(recoup_purchase, const recoup_grant *, grants, 208);
MEMBER(recoup_purchase, size_t, grant_count, 216);
MEMBER(recoup_purchase, recoup_string, web_order_line_item_id, 224);
MEMBER(recoup_purchase, recoup_string, country, 240);

SIZE(recoup_http_request, 88);
MEMBER(recoup_http_request, uint32_t, struct_size, 0);
MEMBER(recoup_http_request, uint32_t, reserved, 4);
MEMBER(recoup_http_request, uint64_t, time_limit_ms, 8);
MEMBER(recoup_http_request, uint64_t, body_limit, 16);
MEMBER(recoup_http_request, recoup_string, method, 24);
MEMBER(recoup_http_request, recoup_string, url, 40);
MEMBER(recoup_http_request, const recoup_header *, headers, 56);
MEMBER(recoup_http_request, size_t, header_count, 64);
MEMBER(recoup_http_request, const uint8_t *, body, 72);
MEMBER(recoup_http_request, size_t, body_len, 80);

SIZE(recoup_event, 360);
MEMBER(recoup_event, uint32_t, struct_size, 0);
MEMBER(recoup_event, recoup_event_kind, kind, 4);
MEMBER(recoup_event, int64_t, id, 8);
MEMBER(recoup_event, int64_t, refund_id, 16);
MEMBER(recoup_event, int64_t, at_ms, 24);
MEMBER(recoup_event, uint32_t, attempt, 32);
MEMBER(recoup_event, uint32_t, user_len, 36);
MEMBER(recoup_event, char[264], user, 40);
MEMBER(recoup_event, int64_t, block_id, 304);
MEMBER(recoup_event, int64_t, until_ms, 312);
MEMBER(recoup_event, int64_t, deadline_ms, 320);
MEMBER(recoup_event, int64_t, amount_micros, 328);
MEMBER(recoup_event, char[8], currency, 336);
MEMBER(recoup_event, recoup_attributed_by, attributed_by, 344);
MEMBER(recoup_event, uint32_t, reserved, 348);
MEMBER(recoup_event, uint32_t, items_owed, 352);
MEMBER(recoup_event, uint32_t, items_to_return, 356);

SIZE(recoup_completion, 40);
MEMBER(recoup_completion, uint32_t, struct_size, 0);
MEMBER(recoup_completion, recoup_status, status, 4);
MEMBER(recoup_completion, uint64_t, tag, 8);
MEMBER(recoup_completion, int64_t, refund_id, 16);
MEMBER(recoup_completion, recoup_outcome_kind, kind, 24);
MEMBER(recoup_completion, recoup_meaning, meaning, 28);
MEMBER(recoup_completion, int32_t, http_status, 32);
MEMBER(recoup_completion, uint8_t, is_new, 36);
MEMBER(recoup_completion, uint8_t[3], reserved, 37);

static_assert(sizeof(recoup::Event) == sizeof(recoup_event) && alignof(recoup::Event) == alignof(recoup_event));
static_assert(std::is_trivially_copyable_v<recoup::Event> && std::is_trivially_copyable_v<recoup::Completion>);

recoup::Result<recoup::Engine> open_in_another_unit(std::string_view config, std::string_view folder);

recoup::Result<recoup::Engine> open_in_another_unit(std::string_view config, std::string_view folder) {
  recoup::Options options;
  recoup::Result<void> set = options.set_config_json(config, folder);
  if (!set) return std::move(set).error();
  recoup::Result<recoup::Engine> engine = recoup::Engine::open_with(options);
  if (!engine) return engine;
  recoup::Result<void> on = engine->on_event([](const recoup::Event &) noexcept { return recoup::Handled::done; });
  if (!on) return std::move(on).error();
  return engine;
}
