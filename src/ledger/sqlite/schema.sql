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
  body            BLOB    NOT NULL,
  UNIQUE (store, app, notification_id)
) STRICT;

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
  decision       TEXT,
  policy_version INTEGER REFERENCES policies (version),
  -- What the host was last notified of as refunded, whatever was decided since; NULL: nothing, or a reversal followed.
  notified           TEXT,
  -- 1: an alert event was queued for what is refunded.
  alerted        INTEGER NOT NULL DEFAULT 0 CHECK (alerted IN (0, 1)),
  -- The deadline for a message that reports whether the payment was captured at all; 1: none came, so it is presumed to
  -- be.
  confirm_by     INTEGER,
  presumed       INTEGER NOT NULL DEFAULT 0 CHECK (presumed IN (0, 1)),
  first_seen_at  INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  UNIQUE (store, app, environment, case_key),
  CHECK ((player IS NULL) = (attributed_by IS NULL)),
  CHECK ((decision IS NULL) = (policy_version IS NULL))
) STRICT;
CREATE INDEX refunds_by_order    ON refunds (order_id)       WHERE order_id IS NOT NULL;
CREATE INDEX refunds_by_token    ON refunds (purchase_token) WHERE purchase_token IS NOT NULL;
CREATE INDEX refunds_by_original ON refunds (original_id)    WHERE original_id IS NOT NULL;
CREATE INDEX refunds_by_tag      ON refunds (account_tag)    WHERE account_tag IS NOT NULL;
CREATE INDEX refunds_by_player   ON refunds (player, at)     WHERE player IS NOT NULL;
CREATE INDEX refunds_by_purchase ON refunds (purchase_id)    WHERE purchase_id IS NOT NULL;
CREATE INDEX refunds_unconfirmed ON refunds (confirm_by)     WHERE state = 'unconfirmed' AND presumed = 0;
CREATE INDEX refunds_merged      ON refunds (merged_into)    WHERE merged_into IS NOT NULL;
CREATE INDEX refunds_without_user ON refunds (id)            WHERE player IS NULL;
CREATE INDEX refunds_to_do       ON refunds (id)             WHERE work_status IN ('open', 'recovering', 'returning');
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
  at          INTEGER NOT NULL
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
  ended_at  INTEGER,
  ended     TEXT,
  CHECK ((ended_at IS NULL) = (ended IS NULL))
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

-- Journal, facts and inbox are history: nothing is edited away.
CREATE TRIGGER journal_is_history  BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is never edited'); END;
CREATE TRIGGER journal_is_kept     BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is never edited'); END;
CREATE TRIGGER facts_are_history   BEFORE UPDATE ON facts   BEGIN SELECT RAISE(ABORT, 'facts are never edited'); END;
CREATE TRIGGER orders_are_history  BEFORE UPDATE ON orders  BEGIN SELECT RAISE(ABORT, 'what stores reported is never edited'); END;
CREATE TRIGGER orders_are_kept     BEFORE DELETE ON orders  BEGIN SELECT RAISE(ABORT, 'what stores reported is never edited'); END;
CREATE TRIGGER facts_are_kept      BEFORE DELETE ON facts   BEGIN SELECT RAISE(ABORT, 'facts are never edited'); END;

CREATE TRIGGER recovery_is_history BEFORE UPDATE ON recovery BEGIN SELECT RAISE(ABORT, 'the books are never edited'); END;
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
