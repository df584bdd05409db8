-- SQLite's 0005, in PostgreSQL's types: purchases in all four roles with their workflow, documents outside KSeF, how far each
-- role was read, packages under way, readers of the changes, reconciliations, collective identifiers.

ALTER TABLE companies ADD COLUMN is_receiving_on BIGINT NOT NULL DEFAULT 1;
-- The first day that purchases are read of; nothing for the usual 90 days.
ALTER TABLE companies ADD COLUMN receive_since TEXT COLLATE "C";
-- When somebody last asked for a look at once.
ALTER TABLE companies ADD COLUMN receive_asked_at BIGINT;
-- The number of the last change to a company's purchases. Its row is held until a change is committed, so changes are
-- committed in the order of their numbers and no reader passes one by.
ALTER TABLE companies ADD COLUMN purchase_changes BIGINT NOT NULL DEFAULT 0;

ALTER TABLE purchases RENAME TO purchases_before;
-- The names of its sequence and constraints are wanted again.
ALTER SEQUENCE purchases_position_seq RENAME TO purchases_before_position_seq;
ALTER INDEX purchases_pkey RENAME TO purchases_before_pkey;
CREATE TABLE purchases (
    position       BIGSERIAL NOT NULL PRIMARY KEY,
    company        TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- The number of the change that brought it: the cursor of lists. And that of the last change.
    arrival        BIGINT NOT NULL,
    changed        BIGINT NOT NULL,
    -- The company is its seller and nothing else on it.
    is_sale        BIGINT NOT NULL DEFAULT 0,
    -- Bits: 1 seller, 2 buyer, 4 third party, 8 authorised party.
    roles          BIGINT NOT NULL,
    -- ksef, hand or outside.
    origin         TEXT COLLATE "C"    NOT NULL DEFAULT 'ksef',
    -- How a document outside KSeF was issued; names as in gateway-rules.
    mode           TEXT COLLATE "C"    NOT NULL DEFAULT 'online',
    state          TEXT COLLATE "C"    NOT NULL DEFAULT 'new',
    ksef_number    TEXT COLLATE "C",
    -- Of a number entered by hand: pending, confirmed, unknown.
    confirmation   TEXT COLLATE "C",
    received_on    TEXT COLLATE "C"    NOT NULL,
    form           TEXT COLLATE "C"    NOT NULL DEFAULT '',
    kind           TEXT COLLATE "C"    NOT NULL DEFAULT '',
    invoice_number TEXT COLLATE "C"    NOT NULL,
    seller_id      TEXT COLLATE "C",
    seller_name    TEXT COLLATE "C",
    buyer_id       TEXT COLLATE "C",
    buyer_name     TEXT COLLATE "C",
    issue_date     TEXT COLLATE "C"    NOT NULL,
    sale_date      TEXT COLLATE "C",
    due_date       TEXT COLLATE "C",
    net            TEXT COLLATE "C",
    vat            TEXT COLLATE "C",
    gross          TEXT COLLATE "C"    NOT NULL,
    gross_minor    BIGINT NOT NULL DEFAULT 0,
    currency       TEXT COLLATE "C"    NOT NULL,
    account        TEXT COLLATE "C",
    order_number   TEXT COLLATE "C",
    is_split_payment BIGINT NOT NULL DEFAULT 0,
    is_paid        BIGINT NOT NULL DEFAULT 0,
    sha256         TEXT COLLATE "C",
    invoicing_date BIGINT,
    acquired_at    BIGINT,
    permanent_storage_date BIGINT,
    received_at    BIGINT NOT NULL,
    -- Seller and number, by which a copy that came another way is known.
    copy_key       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    -- The position of the invoice of KSeF that it is a copy of.
    copy_of        BIGINT,
    -- Our own sale, when it is one.
    sale_id        TEXT COLLATE "C",
    -- What could not be read of it, as JSON.
    findings       TEXT COLLATE "C",
    note           TEXT COLLATE "C",
    UNIQUE (company, ksef_number)
);

-- The bytes, apart from the rows that are listed and changed.
CREATE TABLE purchase_documents (
    purchase   BIGINT NOT NULL REFERENCES purchases (position),
    kind       TEXT COLLATE "C"    NOT NULL CHECK (kind IN ('xml', 'scan')),
    media_type TEXT COLLATE "C"    NOT NULL,
    sha256     TEXT COLLATE "C"    NOT NULL,
    content    BYTEA    NOT NULL,
    PRIMARY KEY (purchase, kind)
);

INSERT INTO purchases (position, company, arrival, changed, roles, ksef_number, received_on, invoice_number, seller_id,
    seller_name, issue_date, gross, gross_minor, currency, sha256, permanent_storage_date, received_at, copy_key)
SELECT position, company, position, position, 2, ksef_number,
    substr(ksef_number, 12, 4) || '-' || substr(ksef_number, 16, 2) || '-' || substr(ksef_number, 18, 2),
    invoice_number, seller_nip, seller_name, issue_date, gross, CAST(round(CAST(gross AS NUMERIC) * 100) AS BIGINT), currency,
    sha256, permanent_storage_date, received_at, seller_nip || '|' || upper(replace(invoice_number, ' ', ''))
FROM purchases_before;
INSERT INTO purchase_documents (purchase, kind, media_type, sha256, content)
SELECT position, 'xml', 'application/xml', sha256, content FROM purchases_before;
UPDATE companies SET purchase_changes =
    coalesce((SELECT max(position) FROM purchases WHERE purchases.company = companies.context), 0);
SELECT setval(pg_get_serial_sequence('purchases', 'position'), greatest((SELECT max(position) FROM purchases), 1));
DROP TABLE purchases_before;

CREATE UNIQUE INDEX purchases_by_change ON purchases (company, changed);
CREATE INDEX purchases_by_arrival ON purchases (company, is_sale, arrival);
CREATE INDEX purchases_by_issue_date ON purchases (company, is_sale, issue_date, arrival);
CREATE INDEX purchases_by_state ON purchases (company, is_sale, state, arrival);
CREATE INDEX purchases_by_number ON purchases (company, invoice_number);
CREATE INDEX purchases_by_copy_key ON purchases (company, copy_key);
CREATE INDEX purchases_by_seller_name ON purchases (company, seller_name);
CREATE INDEX purchases_by_storage ON purchases (company, permanent_storage_date);
CREATE INDEX purchases_unconfirmed ON purchases (company, position) WHERE confirmation = 'pending';

CREATE TABLE purchase_history (
    position BIGSERIAL NOT NULL PRIMARY KEY,
    purchase BIGINT NOT NULL REFERENCES purchases (position),
    at       BIGINT NOT NULL,
    actor    TEXT COLLATE "C"    NOT NULL,
    -- A code; its words are the pages' business.
    event    TEXT COLLATE "C"    NOT NULL,
    detail   TEXT COLLATE "C"
);
CREATE INDEX purchase_history_by_purchase ON purchase_history (purchase, position);

-- How far each role was read: everything stored in KSeF before `read_up_to` is here.
CREATE TABLE purchase_readings (
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    role       TEXT COLLATE "C"    NOT NULL,
    begun_from BIGINT NOT NULL,
    read_up_to BIGINT NOT NULL,
    -- More is there than was read: the next look is a package.
    is_behind  BIGINT NOT NULL DEFAULT 0,
    -- When it was last looked at to the end.
    looked_at  BIGINT,
    -- How many packages failed one after another, and why the last look stopped.
    failures   BIGINT NOT NULL DEFAULT 0,
    trouble    TEXT COLLATE "C",
    PRIMARY KEY (company, role)
);
INSERT INTO purchase_readings (company, role, begun_from, read_up_to)
SELECT company, 'buyer', read_up_to, read_up_to FROM purchase_cursors;
DROP TABLE purchase_cursors;

-- Packages that KSeF makes: there is no list of them, and who loses the reference loses the package. The key opens nothing
-- but invoices that come to lie beside it, and goes with the row.
CREATE TABLE purchase_exports (
    reference TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    company   TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    role      TEXT COLLATE "C"    NOT NULL,
    key       BYTEA    NOT NULL,
    from_at   BIGINT NOT NULL,
    until_at  BIGINT,
    asked_at  BIGINT NOT NULL
);
CREATE INDEX purchase_exports_by_company ON purchase_exports (company, role, from_at);

-- Programs that read the changes, and how far each says that it has them.
CREATE TABLE purchase_readers (
    company      TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    name         TEXT COLLATE "C"    NOT NULL,
    acknowledged BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (company, name)
);

CREATE TABLE reconciliations (
    position   BIGSERIAL NOT NULL PRIMARY KEY,
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- asked, done or failed.
    state      TEXT COLLATE "C"    NOT NULL,
    from_day   TEXT COLLATE "C"    NOT NULL,
    until_day  TEXT COLLATE "C"    NOT NULL,
    asked_at   BIGINT NOT NULL,
    ended_at   BIGINT,
    -- JSON.
    report     TEXT COLLATE "C"
);
CREATE INDEX reconciliations_by_company ON reconciliations (company, position);

-- Collective identifiers: the intent first, since KSeF makes another one when it is asked again.
CREATE TABLE collective_identifiers (
    position   BIGSERIAL NOT NULL PRIMARY KEY,
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- SHA-256 of the sorted KSeF numbers: the same invoices have the same one.
    invoices_key TEXT COLLATE "C"  NOT NULL,
    -- The KSeF numbers, a line each.
    invoices   TEXT COLLATE "C"    NOT NULL,
    number     TEXT COLLATE "C",
    asked_at   BIGINT NOT NULL,
    UNIQUE (company, invoices_key)
);
