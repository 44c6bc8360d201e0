-- Version 1. A change is a new migration, never an edit of this one.

-- Every authentic notification once, with its raw body.
CREATE TABLE inbox (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  store           TEXT    NOT NULL,
  app             TEXT    NOT NULL,
  notification_id TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  meaning         TEXT    NOT NULL,
  made_at         INTEGER NOT NULL,
  received_at     INTEGER NOT NULL,
  refund_id       INTEGER REFERENCES refunds (id),
  -- 1: the store did not send it; a sweep or a query found it.
  swept           INTEGER NOT NULL CHECK (swept IN (0, 1)),
  -- NULL: removed by retention, or with the user whose message it was; then its SHA-256 is here.
  body            BLOB,
  body_sha256     BLOB,
  -- With how many bytes its body is counted as a hint; NULL: it is not.
  hint_bytes      INTEGER,
  UNIQUE (store, app, notification_id),
  CHECK ((body IS NULL) = (body_sha256 IS NOT NULL))
) STRICT;
CREATE INDEX inbox_with_body ON inbox (received_at) WHERE body IS NOT NULL;

-- Authentic messages that could not be understood.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  store       TEXT    NOT NULL,
  -- Of what the store signed: spaces and the like around it make no second letter.
  sha256      BLOB    NOT NULL,
  received_at INTEGER NOT NULL,
  code        TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  body        BLOB    NOT NULL,
  UNIQUE (store, sha256)
) STRICT;

-- How much is kept of what has limits: 'dead_letters', and 'hints', unsigned, in the inbox.
CREATE TABLE kept (
  kind  TEXT    NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL CHECK (count >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT, WITHOUT ROWID;

-- Requests that were refused, by store ('' if refused before the store was known) and reason: one row each, whatever is
-- sent.
CREATE TABLE refusals (
  store    TEXT    NOT NULL,
  code     TEXT    NOT NULL,
  count    INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  message  TEXT    NOT NULL,
  PRIMARY KEY (store, code)
) STRICT, WITHOUT ROWID;

-- What the host recorded.
CREATE TABLE purchases (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  store          TEXT    NOT NULL,
  app            TEXT,
  environment    TEXT CHECK (environment IN ('production', 'sandbox')),
  player         TEXT    NOT NULL,
  order_id       TEXT,
  purchase_token TEXT,
  original_id    TEXT,
  web_order_line_item_id TEXT,
  -- The App Store's in lower case; all others as written.
  account_tag    TEXT,
  linked_token   TEXT,
  product        TEXT,
  product_type   TEXT,
  quantity       INTEGER CHECK (quantity > 0),
  price_micros   INTEGER CHECK (price_micros >= 0),
  currency       TEXT,
  purchased_at   INTEGER,
  expires_at     INTEGER,
  country        TEXT,
  grants         TEXT,
  -- The refund that it repays.
  repays         INTEGER REFERENCES refunds (id),
  recorded_at    INTEGER NOT NULL,
  CHECK ((price_micros IS NULL) = (currency IS NULL)),
  CHECK (coalesce(order_id, purchase_token, original_id) IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX purchases_by_order ON purchases (order_id, store) WHERE order_id IS NOT NULL;
CREATE INDEX purchases_by_token    ON purchases (purchase_token, store) WHERE purchase_token IS NOT NULL;
CREATE INDEX purchases_by_original ON purchases (original_id, store)    WHERE original_id IS NOT NULL;
CREATE INDEX purchases_by_tag      ON purchases (account_tag, store)    WHERE account_tag IS NOT NULL;
CREATE INDEX purchases_by_linked   ON purchases (linked_token, store)   WHERE linked_token IS NOT NULL;
CREATE INDEX purchases_by_line_item ON purchases (web_order_line_item_id, store) WHERE web_order_line_item_id IS NOT NULL;
CREATE INDEX purchases_by_player   ON purchases (player);
CREATE INDEX purchases_by_repaid   ON purchases (repays) WHERE repays IS NOT NULL;

-- User ids that are UUIDs are kept in lower case everywhere; here as the host writes them, where that differs.
CREATE TABLE user_spellings (
  player   TEXT PRIMARY KEY,
  spelling TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The tags that were issued, one a user: random UUIDs in lower case.
CREATE TABLE account_tags (
  player    TEXT    PRIMARY KEY,
  tag       TEXT    NOT NULL UNIQUE,
  issued_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every version of the policy that ever decided anything.
CREATE TABLE policies (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  rules   TEXT    NOT NULL UNIQUE,
  since   INTEGER NOT NULL
) STRICT;

-- One row a case: what the facts about one order's refund fold to, and what was decided.
CREATE TABLE refunds (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  store          TEXT    NOT NULL,
  app            TEXT    NOT NULL,
  -- '' where the store does not tell, since NULLs are never equal in a unique index.
  environment    TEXT    NOT NULL CHECK (environment IN ('', 'production', 'sandbox')),
  case_key       TEXT    NOT NULL,
  same_within    INTEGER,
  order_id       TEXT,
  purchase_token TEXT,
  original_id    TEXT,
  account_tag    TEXT,
  app_transaction_id TEXT,
  player         TEXT,
  attributed_by  TEXT,
  purchase_id    INTEGER REFERENCES purchases (id),
  merged_into    INTEGER REFERENCES refunds (id),
  -- 1: it was decided for its user, and stays with that user.
  decided        INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1)),
  -- Other users with a claim, as a JSON list; NULL: none.
  claimants      TEXT,
  effective_environment TEXT CHECK (effective_environment IN ('production', 'sandbox')),
  state          TEXT    NOT NULL,
  at             INTEGER NOT NULL,
  product        TEXT,
  folded         TEXT    NOT NULL,
  work_status    TEXT    NOT NULL DEFAULT 'open',
  -- Where it is known from what the purchase granted, and what it granted, as JSON; NULL: unknown.
  granted        TEXT,
  -- The refund that its purchase repays.
  repays         INTEGER REFERENCES refunds (id),
  -- 1: it has entries in the books.
  booked         INTEGER NOT NULL DEFAULT 0 CHECK (booked IN (0, 1)),
  -- When the game last reported what it took.
  reported_at    INTEGER,
  -- How an operator closed it where the books do not know, and the refunded total that this was said of.
  closed         TEXT,
  assignee       TEXT,
  -- An operator's decision on it.
  overruled      TEXT,
  -- The exclusion that was found for it, with what it does.
  exclusion      TEXT,
  -- 1: its decision blocks until it is repaid, and it is not.
  unpaid         INTEGER NOT NULL DEFAULT 0 CHECK (unpaid IN (0, 1)),
  decision       TEXT,
  policy_version INTEGER REFERENCES policies (version),
  -- What the host was last notified of as refunded, whatever was decided since; NULL: nothing, or a reversal followed.
  notified           TEXT,
  -- 1: an alert event was queued for what is refunded.
  alerted        INTEGER NOT NULL DEFAULT 0 CHECK (alerted IN (0, 1)),
  -- Whether the player owed something for an earlier refund when this one was first decided for them; NULL: it was not.
  owed_before    INTEGER CHECK (owed_before IN (0, 1)),
  -- The deadline for a message that reports whether the payment was captured at all; 1: none came, so it is presumed to
  -- be.
  confirm_by     INTEGER,
  presumed       INTEGER NOT NULL DEFAULT 0 CHECK (presumed IN (0, 1)),
  -- For the figures. 1: it counts against its player; 1: its player owes something for it; the marks as JSON, NULL: none.
  counted        INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1)),
  owing          INTEGER NOT NULL DEFAULT 0 CHECK (owing IN (0, 1)),
  marks          TEXT,
  first_seen_at  INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  -- Grows by one in each transaction that changes the refund or its books.
  revision       INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
  -- For lists. 1: it is of production and needs somebody's work; the others are of what the JSON above says.
  to_do          INTEGER NOT NULL DEFAULT 0 CHECK (to_do IN (0, 1)),
  reason         TEXT,
  trust          TEXT,
  country        TEXT,
  currency       TEXT,
  amount_micros  INTEGER,
  rule           TEXT,
  action         TEXT,
  UNIQUE (store, app, environment, case_key),
  CHECK ((player IS NULL) = (attributed_by IS NULL)),
  CHECK ((decision IS NULL) = (policy_version IS NULL)),
  CHECK ((amount_micros IS NULL) = (currency IS NULL)),
  CHECK ((rule IS NULL) = (action IS NULL))
) STRICT;
CREATE INDEX refunds_by_order    ON refunds (order_id)       WHERE order_id IS NOT NULL;
CREATE INDEX refunds_by_token    ON refunds (purchase_token) WHERE purchase_token IS NOT NULL;
CREATE INDEX refunds_by_original ON refunds (original_id)    WHERE original_id IS NOT NULL;
CREATE INDEX refunds_by_tag      ON refunds (account_tag)    WHERE account_tag IS NOT NULL;
CREATE INDEX refunds_by_player   ON refunds (player, at)     WHERE player IS NOT NULL;
CREATE INDEX refunds_by_purchase ON refunds (purchase_id)    WHERE purchase_id IS NOT NULL;
CREATE INDEX refunds_unconfirmed ON refunds (confirm_by)     WHERE state = 'unconfirmed' AND presumed = 0;
CREATE INDEX refunds_merged      ON refunds (merged_into)    WHERE merged_into IS NOT NULL;
CREATE INDEX refunds_by_change    ON refunds (updated_at, id);
CREATE INDEX refunds_by_time      ON refunds (at, id);
CREATE INDEX refunds_by_first_seen ON refunds (first_seen_at, id);
CREATE INDEX refunds_by_amount    ON refunds (currency, amount_micros, id) WHERE amount_micros IS NOT NULL;
CREATE INDEX refunds_by_rule      ON refunds (rule, id)      WHERE rule IS NOT NULL;
CREATE INDEX refunds_without_user ON refunds (id)            WHERE player IS NULL;
CREATE INDEX refunds_to_do       ON refunds (to_do, id)      WHERE to_do = 1;
CREATE INDEX refunds_by_status   ON refunds (work_status, id);
CREATE INDEX refunds_by_assignee ON refunds (assignee, id)   WHERE assignee IS NOT NULL;

-- The books: append only. A balance is a sum.
CREATE TABLE recovery (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  player    TEXT    NOT NULL,
  item      TEXT    NOT NULL,
  kind      TEXT    NOT NULL CHECK (kind IN ('due', 'taken', 'forgiven')),
  quantity  INTEGER NOT NULL CHECK (quantity <> 0),
  how       TEXT    NOT NULL CHECK (how IN ('decided', 'reported', 'repaid', 'bought', 'status_set', 'returned',
                                            'forgiven', 'written_off', 'carried', 'corrected')),
  -- The recorded purchase by which the player paid again.
  purchase_id INTEGER REFERENCES purchases (id),
  -- The entry that this one cancels.
  corrects  INTEGER UNIQUE REFERENCES recovery (id),
  at        INTEGER NOT NULL,
  who       TEXT
) STRICT;
CREATE INDEX recovery_by_refund ON recovery (refund_id, player, item);
CREATE INDEX recovery_by_purchase ON recovery (purchase_id) WHERE purchase_id IS NOT NULL;

-- Sums of the books, kept by the same transaction: one row a refund, player and item.
CREATE TABLE balances (
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  player    TEXT    NOT NULL,
  item      TEXT    NOT NULL,
  granted   INTEGER NOT NULL CHECK (granted >= 0),
  due       INTEGER NOT NULL CHECK (due >= 0 AND due <= granted),
  taken     INTEGER NOT NULL CHECK (taken >= 0),
  forgiven  INTEGER NOT NULL CHECK (forgiven >= 0),
  -- How many the player got again after a reversal.
  returned  INTEGER NOT NULL CHECK (returned >= 0),
  PRIMARY KEY (refund_id, player, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX balances_owed ON balances (player, item, refund_id) WHERE due > taken + forgiven;

-- Notes of operators, on a refund or on a player.
CREATE TABLE notes (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  refund_id INTEGER REFERENCES refunds (id),
  player    TEXT,
  at        INTEGER NOT NULL,
  who       TEXT    NOT NULL,
  text      TEXT    NOT NULL,
  CHECK ((refund_id IS NULL) <> (player IS NULL))
) STRICT;
CREATE INDEX notes_by_refund ON notes (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX notes_by_player ON notes (player)    WHERE player IS NOT NULL;

-- What was requested under a key, so that it is done once.
CREATE TABLE requests (
  key         TEXT PRIMARY KEY,
  -- SHA-256 of the request.
  fingerprint BLOB    NOT NULL,
  answer      TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  -- Of a key of an event: the refund that it is about.
  refund_id   INTEGER REFERENCES refunds (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_old ON requests (at);

-- Every id by which a purchase of a refund's family may be recorded.
CREATE TABLE refund_ids (
  id        TEXT    NOT NULL,
  store     TEXT    NOT NULL,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  -- 1: an id of exactly the refunded order.
  exact     INTEGER NOT NULL CHECK (exact IN (0, 1)),
  PRIMARY KEY (id, store, refund_id)
) STRICT, WITHOUT ROWID;

-- What stores reported about orders when they were made, as a set: it fills in what their refunds do not say.
CREATE TABLE orders (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  store          TEXT    NOT NULL,
  app            TEXT    NOT NULL,
  environment    TEXT    NOT NULL CHECK (environment IN ('', 'production', 'sandbox')),
  order_id       TEXT,
  purchase_token TEXT,
  original_id    TEXT,
  account_tag    TEXT,
  product_type   TEXT,
  inbox_id       INTEGER NOT NULL REFERENCES inbox (id),
  details        TEXT    NOT NULL
) STRICT;
CREATE INDEX orders_by_order ON orders (order_id)       WHERE order_id IS NOT NULL;
CREATE INDEX orders_by_token ON orders (purchase_token) WHERE purchase_token IS NOT NULL;
CREATE INDEX orders_by_original ON orders (original_id) WHERE original_id IS NOT NULL;

-- The other ids that such a message names the order by: invoice, checkout session, subscription.
CREATE TABLE order_ids (
  id        TEXT    NOT NULL,
  orders_id INTEGER NOT NULL REFERENCES orders (id),
  -- 1: all payments of a subscription share it.
  shared    INTEGER NOT NULL CHECK (shared IN (0, 1)),
  PRIMARY KEY (id, orders_id)
) STRICT, WITHOUT ROWID;

-- The facts, as a set: the same fact reported twice is one row.
CREATE TABLE facts (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  inbox_id  INTEGER NOT NULL REFERENCES inbox (id),
  fact      TEXT    NOT NULL,
  UNIQUE (refund_id, fact)
) STRICT;

CREATE TABLE blocks (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  player    TEXT    NOT NULL,
  refund_id INTEGER REFERENCES refunds (id),
  cause     TEXT    NOT NULL,
  made_at   INTEGER NOT NULL,
  until     INTEGER,
  -- 1: it ends once its refund is settled.
  until_settled INTEGER NOT NULL DEFAULT 0 CHECK (until_settled IN (0, 1)),
  ended_at  INTEGER,
  ended     TEXT,
  CHECK ((ended_at IS NULL) = (ended IS NULL)),
  CHECK (until_settled = 0 OR until IS NULL)
) STRICT;
CREATE INDEX blocks_by_player   ON blocks (player);
CREATE INDEX blocks_by_refund   ON blocks (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX blocks_standing    ON blocks (player)    WHERE ended_at IS NULL;
CREATE INDEX blocks_to_expire   ON blocks (until)     WHERE ended_at IS NULL AND until IS NOT NULL;

CREATE TABLE journal (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        INTEGER NOT NULL,
  -- 1: who is blocked changed, so that another process finds such entries without reading the others.
  blocking  INTEGER NOT NULL CHECK (blocking IN (0, 1)),
  inbox_id  INTEGER REFERENCES inbox (id),
  refund_id INTEGER REFERENCES refunds (id),
  order_id  TEXT,
  player    TEXT,
  happening TEXT    NOT NULL
) STRICT;
CREATE INDEX journal_blocking  ON journal (id)        WHERE blocking = 1;
CREATE INDEX journal_by_refund ON journal (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX journal_by_order  ON journal (order_id)  WHERE order_id IS NOT NULL;
CREATE INDEX journal_by_player ON journal (player)    WHERE player IS NOT NULL;

-- The host's events. A row stays until it is acknowledged, and is leased for a while to the process that polled it.
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT    NOT NULL,
  player       TEXT,
  refund_id    INTEGER REFERENCES refunds (id),
  at           INTEGER NOT NULL,
  event        TEXT    NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  lease_owner  BLOB,
  leased_until INTEGER,
  CHECK ((lease_owner IS NULL) = (leased_until IS NULL))
) STRICT;
CREATE INDEX outbox_by_player ON outbox (player);
CREATE INDEX outbox_by_lease ON outbox (leased_until) WHERE leased_until IS NOT NULL;

-- Journal, facts and inbox are history: nothing is edited away, but by the one transaction that forgets a user.
CREATE TRIGGER journal_is_history BEFORE UPDATE ON journal WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'the journal is never edited'); END;
CREATE TRIGGER journal_is_kept     BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is never edited'); END;
CREATE TRIGGER facts_are_history BEFORE UPDATE ON facts WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'facts are never edited'); END;
CREATE TRIGGER orders_are_history BEFORE UPDATE ON orders WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'what stores reported is never edited'); END;
CREATE TRIGGER orders_are_kept     BEFORE DELETE ON orders  BEGIN SELECT RAISE(ABORT, 'what stores reported is never edited'); END;
CREATE TRIGGER facts_are_kept BEFORE DELETE ON facts WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'facts are never edited'); END;

CREATE TRIGGER recovery_is_history BEFORE UPDATE ON recovery WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'the books are never edited'); END;
CREATE TRIGGER recovery_is_kept    BEFORE DELETE ON recovery BEGIN SELECT RAISE(ABORT, 'the books are never edited'); END;

-- (actions and reviews)

-- The store actions. Written before they are sent, and again when they are answered.
CREATE TABLE actions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  key        TEXT UNIQUE,
  -- What Stripe counts repetitions by: the same whenever this action is sent.
  send_key   TEXT    NOT NULL UNIQUE,
  store      TEXT    NOT NULL,
  app        TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  refund_id  INTEGER REFERENCES refunds (id),
  order_id   TEXT    NOT NULL,
  request    TEXT    NOT NULL,
  who        TEXT    NOT NULL,
  why        TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  -- 1: it was sent, and no answer reported that it was not done.
  maybe_done INTEGER NOT NULL DEFAULT 0 CHECK (maybe_done IN (0, 1)),
  answer     TEXT,
  -- The store's own id of the refund that it made.
  store_refund_id TEXT,
  at         INTEGER NOT NULL,
  -- When it is next sent or queried; while it is being sent, when its sender is presumed dead.
  next_at    INTEGER,
  -- When it is given up.
  until      INTEGER NOT NULL,
  settled_at INTEGER,
  -- The latest time at which anything of it was written. A clock that reads earlier was set back.
  seen_at    INTEGER NOT NULL,
  CHECK ((settled_at IS NULL) = (next_at IS NOT NULL)),
  CHECK ((settled_at IS NULL) = (state IN ('written', 'sending', 'confirming')))
) STRICT;
CREATE INDEX actions_due      ON actions (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX actions_seen     ON actions (seen_at) WHERE next_at IS NOT NULL;
CREATE INDEX actions_by_order ON actions (order_id);
CREATE INDEX actions_by_store_refund ON actions (store_refund_id) WHERE store_refund_id IS NOT NULL;

-- Counters of what has no rows.
CREATE TABLE counters (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('consent', 0);

-- The hosts' reports on orders, before or after a store's request.
CREATE TABLE consumption (
  order_id    TEXT PRIMARY KEY,
  report      TEXT    NOT NULL,
  -- Of the counter 'consent': what has the higher one came later. Clocks are set back.
  number      INTEGER NOT NULL
) STRICT;

-- Players who withdrew their consent, by the App Store's appTransactionId: what was reported before counts as without it.
CREATE TABLE rescissions (
  store              TEXT    NOT NULL,
  app                TEXT    NOT NULL,
  app_transaction_id TEXT    NOT NULL,
  number             INTEGER NOT NULL,
  -- The latest message that reported it.
  inbox_id           INTEGER REFERENCES inbox (id),
  PRIMARY KEY (store, app, app_transaction_id)
) STRICT;

-- One row a question of a store about a refund request.
CREATE TABLE reviews (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  refund_id INTEGER NOT NULL REFERENCES refunds (id),
  requested_at  INTEGER NOT NULL,
  deadline  INTEGER,
  state     TEXT    NOT NULL,
  rule      TEXT,
  answer    TEXT,
  action_id INTEGER REFERENCES actions (id),
  outcome   TEXT
) STRICT;
CREATE INDEX reviews_by_refund ON reviews (refund_id);
CREATE INDEX reviews_by_action ON reviews (action_id) WHERE action_id IS NOT NULL;
CREATE INDEX reviews_open      ON reviews (deadline)  WHERE state IN ('waiting', 'reported');

-- (inquiries)

-- One row per refund that a store pushed without a reason, and whose API reports more.
CREATE TABLE inquiries (
  refund_id  INTEGER PRIMARY KEY REFERENCES refunds (id),
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'overdue', 'answered', 'failed')),
  opened_at  INTEGER NOT NULL,
  -- Until when the decision to alert or to block waits.
  deadline   INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  -- When the store is next queried; while it is being queried, when the querying process is presumed dead.
  next_at    INTEGER,
  -- 1: a process is querying.
  asking     INTEGER NOT NULL DEFAULT 0 CHECK (asking IN (0, 1)),
  error      TEXT,
  settled_at INTEGER,
  CHECK ((settled_at IS NULL) = (state IN ('waiting', 'overdue'))),
  CHECK ((settled_at IS NULL) = (next_at IS NOT NULL))
) STRICT;
CREATE INDEX inquiries_due     ON inquiries (next_at)  WHERE next_at IS NOT NULL;
CREATE INDEX inquiries_waiting ON inquiries (deadline) WHERE state = 'waiting';

-- (receipts)

-- For a store that has no list: its reports on receipts besides refunds.
CREATE TABLE receipts (
  store      TEXT    NOT NULL,
  app        TEXT    NOT NULL,
  receipt_id TEXT    NOT NULL,
  -- 0: it renews, so it is queried for as long as it does; 1: nothing more comes of it; NULL: neither is known.
  settled    INTEGER CHECK (settled IN (0, 1)),
  -- How often in a row there was no answer, the last reason, and the earliest time of the next query.
  failures   INTEGER NOT NULL DEFAULT 0,
  problem    TEXT,
  retry_at   INTEGER,
  PRIMARY KEY (store, app, receipt_id)
) STRICT, WITHOUT ROWID;

-- (cursors)

-- How far each app of each store has been swept, and the sweep that is under way there.
CREATE TABLE cursors (
  store        TEXT    NOT NULL,
  app          TEXT    NOT NULL,
  -- All that the store reports up to this time is ingested; NULL: it was never swept to the end.
  swept_until  INTEGER,
  swept_at     INTEGER,
  -- The sweep under way, or cut short: from, to, and which page comes next; NULL: the first.
  sweep_from   INTEGER,
  sweep_to     INTEGER,
  next_page    TEXT,
  -- 0: it begins after swept_until, and leaves that where it is.
  advances     INTEGER NOT NULL DEFAULT 1 CHECK (advances IN (0, 1)),
  -- The period that the latest sweep should have covered, and that is past the store's retention.
  gap_from     INTEGER,
  gap_to       INTEGER,
  -- The gap that the host was notified of last.
  gap_reported_from INTEGER,
  gap_reported_to  INTEGER,
  tried_at     INTEGER,
  error_code   TEXT,
  error        TEXT,
  lease_owner  BLOB,
  leased_until INTEGER,
  PRIMARY KEY (store, app),
  CHECK ((sweep_from IS NULL) = (sweep_to IS NULL)),
  CHECK (next_page IS NULL OR sweep_from IS NOT NULL),
  CHECK ((gap_from IS NULL) = (gap_to IS NULL)),
  CHECK ((gap_reported_from IS NULL) = (gap_reported_to IS NULL)),
  CHECK ((error IS NULL) = (error_code IS NULL)),
  CHECK ((lease_owner IS NULL) = (leased_until IS NULL))
) STRICT;

-- (figures)

-- Sums that the transaction keeps that changes the thing counted. grain 0: a day since 1970-01-01; 1: a month,
-- 12 * year + month - 1; both at this many minutes from UTC.
CREATE TABLE sums_settings (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  utc_offset INTEGER NOT NULL
) STRICT;
INSERT INTO sums_settings (id, utc_offset) VALUES (1, 0);

-- A text is '' where nothing is known.
CREATE TABLE sold (
  grain       INTEGER NOT NULL,
  period      INTEGER NOT NULL,
  store       TEXT    NOT NULL,
  environment TEXT    NOT NULL,
  product     TEXT    NOT NULL,
  country     TEXT    NOT NULL,
  currency    TEXT    NOT NULL,
  purchases   INTEGER NOT NULL,
  micros      INTEGER NOT NULL,
  unpriced    INTEGER NOT NULL,
  PRIMARY KEY (grain, period, store, environment, product, country, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE refunded (
  grain       INTEGER NOT NULL,
  period      INTEGER NOT NULL,
  -- 'refunded': by the time of the refund; 'bought': by the time of the purchase that was refunded.
  dated       TEXT    NOT NULL CHECK (dated IN ('refunded', 'bought')),
  store       TEXT    NOT NULL,
  environment TEXT    NOT NULL,
  product     TEXT    NOT NULL,
  country     TEXT    NOT NULL,
  currency    TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  rule        TEXT    NOT NULL,
  work_status TEXT    NOT NULL,
  refunds     INTEGER NOT NULL,
  whole       INTEGER NOT NULL,
  recorded    INTEGER NOT NULL,
  micros      INTEGER NOT NULL,
  amount_unknown INTEGER NOT NULL,
  PRIMARY KEY (grain, period, dated, store, environment, product, country, currency, reason, rule, work_status)
) STRICT, WITHOUT ROWID;
CREATE TABLE lags (
  day     INTEGER NOT NULL,
  store   TEXT    NOT NULL,
  stage   TEXT    NOT NULL CHECK (stage IN ('webhook', 'sweep', 'blocked', 'closed')),
  bucket  INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  PRIMARY KEY (day, store, stage, bucket)
) STRICT, WITHOUT ROWID;
-- All refunds; those of unknown players with money refunded.
CREATE TABLE work_counts (
  environment  TEXT    NOT NULL,
  store        TEXT    NOT NULL,
  work_status  TEXT    NOT NULL,
  refunds      INTEGER NOT NULL,
  unattributed INTEGER NOT NULL,
  PRIMARY KEY (environment, store, work_status)
) STRICT, WITHOUT ROWID;
-- Refunds of production; of them those that count against the player; refunds for which something is owed.
CREATE TABLE players (
  player  TEXT    PRIMARY KEY,
  refunds INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  owing   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX players_owing ON players (owing) WHERE owing > 0;

-- What figures of a time read beside the sums.
CREATE INDEX refunds_counted  ON refunds (counted, at, player) WHERE counted = 1;
CREATE INDEX blocks_by_time   ON blocks (made_at);
CREATE INDEX blocks_ended     ON blocks (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX recovery_by_time ON recovery (at);
-- (restrictions)

-- Blocks until repaid that begin later, unless their refund is settled by then.
CREATE TABLE block_later (
  refund_id INTEGER PRIMARY KEY REFERENCES refunds (id),
  -- From when the grace counts.
  since     INTEGER NOT NULL,
  due_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX block_later_due ON block_later (due_at);

-- Refunds that operators keep out of the rules.
CREATE TABLE exclusions (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT    NOT NULL CHECK (kind IN ('order', 'user', 'product', 'own_refunds')),
  -- '' of the kind 'own_refunds'.
  value    TEXT    NOT NULL,
  -- '': all.
  store    TEXT    NOT NULL,
  action   TEXT    NOT NULL CHECK (action IN ('spare', 'exclude')),
  who      TEXT    NOT NULL,
  why      TEXT    NOT NULL,
  made_at  INTEGER NOT NULL,
  until    INTEGER,
  uses     INTEGER NOT NULL DEFAULT 0 CHECK (uses >= 0),
  ended_at INTEGER,
  ended    TEXT,
  CHECK ((ended_at IS NULL) = (ended IS NULL))
) STRICT;
CREATE UNIQUE INDEX exclusions_active ON exclusions (kind, value, store) WHERE ended_at IS NULL;

-- (notices and access)

-- What players are shown about refunds.
CREATE TABLE notices (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  player     TEXT    NOT NULL,
  refund_id  INTEGER REFERENCES refunds (id),
  name       TEXT    NOT NULL,
  -- JSON. The text is made when it is read, in the player's language.
  details    TEXT    NOT NULL,
  made_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'shown', 'acknowledged', 'expired', 'withdrawn')),
  shown_at   INTEGER,
  ended_at   INTEGER,
  CHECK ((ended_at IS NULL) = (state IN ('waiting', 'shown')))
) STRICT;
CREATE INDEX notices_pending   ON notices (player, id)  WHERE ended_at IS NULL;
CREATE INDEX notices_expiring  ON notices (expires_at)  WHERE ended_at IS NULL;
CREATE INDEX notices_by_refund ON notices (refund_id)   WHERE refund_id IS NOT NULL;

-- Refunds of which something is owed, and when the player is notified if the game has reported nothing since.
CREATE TABLE owed_notices (
  refund_id INTEGER PRIMARY KEY REFERENCES refunds (id),
  since     INTEGER NOT NULL,
  due_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX owed_notices_due ON owed_notices (due_at);

-- What operators decided on players' access to products, above purchases and refunds. A newer row ends the one before.
CREATE TABLE access_overrides (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  player   TEXT    NOT NULL,
  product  TEXT    NOT NULL,
  access   INTEGER NOT NULL CHECK (access IN (0, 1)),
  who      TEXT    NOT NULL,
  why      TEXT    NOT NULL,
  made_at  INTEGER NOT NULL,
  until    INTEGER,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX access_overrides_active ON access_overrides (player, product) WHERE ended_at IS NULL;

-- For access: consumables, which most purchases are, are looked for by player alone, and only where the catalogue says
-- that one of them gives access.
CREATE INDEX purchases_by_product ON purchases (player, product)
  WHERE product IS NOT NULL AND product_type IS DISTINCT FROM 'consumable';
-- (webhooks)

-- What the ledger knows of itself: 'ledger_id', 10 random bytes; 'person_key', 32 random bytes, once a user was
-- forgotten; 'forgetting' is there only inside the one transaction that may edit history; 'log_to_empty' until the
-- log beside the ledger, which has what was forgotten, is emptied.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The studio's own services that get events. Every process queues messages for them; those with their secrets send.
CREATE TABLE webhook_endpoints (
  name         TEXT PRIMARY KEY,
  format       TEXT    NOT NULL CHECK (format IN ('recoup', 'cloudevents', 'iap_refund_event')),
  -- Names, each between spaces; ' * ': all.
  kinds        TEXT    NOT NULL,
  stores       TEXT    NOT NULL,
  environments TEXT    NOT NULL,
  -- SHA-256 of the URL. An endpoint that ended is active again under another one.
  target       BLOB    NOT NULL,
  -- SHA-256 of what bodies depend on beside the refund: messages that are held are tried again when it changes.
  rendered_by  BLOB    NOT NULL,
  since        INTEGER NOT NULL,
  served_at    INTEGER,
  -- Until when nothing is sent, since it is overloaded.
  held_until   INTEGER,
  problem      TEXT,
  problem_at   INTEGER,
  ended_at     INTEGER,
  ended        TEXT,
  CHECK ((ended_at IS NULL) = (ended IS NULL)),
  CHECK ((problem_at IS NULL) = (problem IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_messages (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  endpoint    TEXT    NOT NULL REFERENCES webhook_endpoints (name),
  event_id    INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  player      TEXT,
  refund_id   INTEGER,
  made_at     INTEGER NOT NULL,
  event       TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'held', 'delivered', 'dead', 'dropped')),
  attempts    INTEGER NOT NULL DEFAULT 0,
  -- When it is next sent; while it is being sent, when its sender is presumed dead.
  next_at     INTEGER,
  status      INTEGER,
  problem     TEXT,
  settled_at  INTEGER,
  lease_owner BLOB,
  UNIQUE (endpoint, event_id),
  CHECK ((next_at IS NOT NULL) = (state IN ('waiting', 'sending'))),
  CHECK ((settled_at IS NOT NULL) = (state IN ('delivered', 'dead', 'dropped'))),
  CHECK ((lease_owner IS NOT NULL) = (state = 'sending'))
) STRICT;
CREATE INDEX webhook_messages_due     ON webhook_messages (endpoint, next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_messages_first   ON webhook_messages (endpoint, player, id)  WHERE settled_at IS NULL;
CREATE INDEX webhook_messages_held    ON webhook_messages (refund_id)             WHERE state = 'held';
CREATE INDEX webhook_messages_state   ON webhook_messages (endpoint, state, id);
CREATE INDEX webhook_messages_settled ON webhook_messages (endpoint, settled_at)  WHERE settled_at IS NOT NULL;
CREATE INDEX webhook_messages_player  ON webhook_messages (player, id)            WHERE player IS NOT NULL;
CREATE INDEX webhook_messages_refund  ON webhook_messages (refund_id, id)         WHERE refund_id IS NOT NULL;

-- By the statement that queues an event, so that no process can queue one without the messages, and without an endpoint
-- it costs no statement. An event without a refund is of every store and environment.
CREATE TRIGGER outbox_to_webhooks AFTER INSERT ON outbox BEGIN
  INSERT INTO webhook_messages (endpoint, event_id, kind, player, refund_id, made_at, event, state, next_at)
  SELECT w.name, NEW.id, NEW.kind, NEW.player, NEW.refund_id, NEW.at, NEW.event, 'waiting', NEW.at
  FROM webhook_endpoints AS w LEFT JOIN refunds AS r ON r.id = NEW.refund_id
  WHERE w.ended_at IS NULL
    AND (w.kinds = ' * ' OR instr(w.kinds, ' ' || NEW.kind || ' ') > 0)
    AND (r.id IS NULL OR w.stores = ' * ' OR instr(w.stores, ' ' || r.store || ' ') > 0)
    AND (r.id IS NULL OR instr(w.environments, ' ' || coalesce(r.effective_environment, 'production') || ' ') > 0);
END;

-- What is held for what is not known of its refund is tried again once the refund changes.
CREATE TRIGGER refunds_release_webhooks AFTER UPDATE ON refunds
WHEN EXISTS (SELECT 1 FROM webhook_messages WHERE refund_id = NEW.id AND state = 'held') BEGIN
  UPDATE webhook_messages SET state = 'waiting', next_at = NEW.updated_at WHERE refund_id = NEW.id AND state = 'held';
END;

-- (people)

-- By HMAC-SHA256 under the ledger's key: of a forgotten user's id, and of each account tag that only this user had.
CREATE TABLE forgotten (
  code        BLOB PRIMARY KEY,
  -- The user's pseudonym.
  player      TEXT    NOT NULL,
  -- What replaced the id or the tag.
  replacement TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_by_player ON forgotten (player);
CREATE INDEX forgotten_old       ON forgotten (until);
CREATE INDEX orders_by_tag       ON orders (account_tag) WHERE account_tag IS NOT NULL;
-- All that is a player's, for exports and for forgetting; and what retention removes.
CREATE INDEX notices_by_player   ON notices (player, id);
CREATE INDEX notices_ended       ON notices (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX access_overrides_by_player ON access_overrides (player, id);
CREATE INDEX exclusions_by_value ON exclusions (value, kind);

-- (operators)

-- The people who work with the console. A row stays when its operator ends: the audit names it.
CREATE TABLE operators (
  name          TEXT PRIMARY KEY,
  role          TEXT    NOT NULL CHECK (role IN ('viewer', 'support', 'operator', 'admin')),
  -- A slow hash, as a PHC string; NULL: none was chosen.
  password      TEXT,
  -- SHA-256 of the token of the open invitation, and until when it is good.
  invited       BLOB UNIQUE,
  invited_until INTEGER,
  made_at       INTEGER NOT NULL,
  ended_at      INTEGER,
  -- The page's own, a JSON object.
  settings      TEXT    NOT NULL DEFAULT '{}',
  CHECK ((invited IS NULL) = (invited_until IS NULL)),
  CHECK (ended_at IS NULL OR (password IS NULL AND invited IS NULL))
) STRICT, WITHOUT ROWID;

-- Who is signed in: a browser, or a program by a token.
CREATE TABLE sessions (
  -- SHA-256 of the token.
  token        BLOB PRIMARY KEY,
  kind         TEXT    NOT NULL CHECK (kind IN ('browser', 'token')),
  operator     TEXT    NOT NULL REFERENCES operators (name),
  role         TEXT    NOT NULL CHECK (role IN ('viewer', 'support', 'operator', 'admin')),
  label        TEXT,
  made_at      INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,
  -- The latest time at which it ends; once it has ended, the earlier of that time and ended_at.
  until        INTEGER NOT NULL,
  -- Until when the operator counts as having just proven who it is.
  proven_until INTEGER,
  -- A session that was ended stays that if the clock is set back.
  ended_at     INTEGER,
  CHECK ((kind = 'token') = (label IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_operator ON sessions (operator) WHERE ended_at IS NULL;
CREATE INDEX sessions_old         ON sessions (until);

-- Lists that operators saved: the query of a page's address.
CREATE TABLE views (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  operator TEXT    NOT NULL REFERENCES operators (name),
  -- 1: every operator sees it.
  shared   INTEGER NOT NULL CHECK (shared IN (0, 1)),
  page     TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  query    TEXT    NOT NULL,
  made_at  INTEGER NOT NULL,
  UNIQUE (operator, page, name)
) STRICT;
CREATE INDEX views_shared ON views (shared, id) WHERE shared = 1;

-- What operators did, and what they were refused. Written by the transaction that did it.
CREATE TABLE audit (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  operator   TEXT,
  role       TEXT,
  -- The address of the browser or program.
  peer       TEXT,
  what       TEXT    NOT NULL,
  -- What it was about: 'refund:93', 'player:kim'.
  target     TEXT,
  -- 'done', or the code of the error.
  outcome    TEXT    NOT NULL,
  -- The first entry that it wrote.
  journal_id INTEGER REFERENCES journal (id),
  details    TEXT
) STRICT;
CREATE INDEX audit_by_operator ON audit (operator, id) WHERE operator IS NOT NULL;
CREATE INDEX audit_by_target   ON audit (target, id)   WHERE target IS NOT NULL;
CREATE INDEX audit_by_journal  ON audit (journal_id)   WHERE journal_id IS NOT NULL;
CREATE INDEX audit_old         ON audit (at);
-- Retention removes old rows; nothing edits one.
CREATE TRIGGER audit_is_history BEFORE UPDATE ON audit WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'forgetting')
  BEGIN SELECT RAISE(ABORT, 'the audit is never edited'); END;
