-- Purchases in all four roles with their workflow, documents outside KSeF, how far each role was read, packages under way,
-- readers of the changes, reconciliations, collective identifiers.

ALTER TABLE companies ADD COLUMN is_receiving_on INTEGER NOT NULL DEFAULT 1;
-- The first day that purchases are read of; nothing for the usual 90 days.
ALTER TABLE companies ADD COLUMN receive_since TEXT;
-- When somebody last asked for a look at once.
ALTER TABLE companies ADD COLUMN receive_asked_at INTEGER;
-- The number of the last change to a company's purchases. Its row is held until a change is committed, so changes are
-- committed in the order of their numbers and no reader passes one by.
ALTER TABLE companies ADD COLUMN purchase_changes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE purchases RENAME TO purchases_before;
CREATE TABLE purchases (
    position       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company        TEXT    NOT NULL REFERENCES companies (context),
    -- The number of the change that brought it: the cursor of lists. And that of the last change.
    arrival        INTEGER NOT NULL,
    changed        INTEGER NOT NULL,
    -- The company is its seller and nothing else on it.
    is_sale        INTEGER NOT NULL DEFAULT 0,
    -- Bits: 1 seller, 2 buyer, 4 third party, 8 authorised party.
    roles          INTEGER NOT NULL,
    -- ksef, hand or outside.
    origin         TEXT    NOT NULL DEFAULT 'ksef',
    -- How a document outside KSeF was issued; names as in gateway-rules.
    mode           TEXT    NOT NULL DEFAULT 'online',
    state          TEXT    NOT NULL DEFAULT 'new',
    ksef_number    TEXT,
    -- Of a number entered by hand: pending, confirmed, unknown.
    confirmation   TEXT,
    received_on    TEXT    NOT NULL,
    form           TEXT    NOT NULL DEFAULT '',
    kind           TEXT    NOT NULL DEFAULT '',
    invoice_number TEXT    NOT NULL,
    seller_id      TEXT,
    seller_name    TEXT,
    buyer_id       TEXT,
    buyer_name     TEXT,
    issue_date     TEXT    NOT NULL,
    sale_date      TEXT,
    due_date       TEXT,
    net            TEXT,
    vat            TEXT,
    gross          TEXT    NOT NULL,
    gross_minor    INTEGER NOT NULL DEFAULT 0,
    currency       TEXT    NOT NULL,
    account        TEXT,
    order_number   TEXT,
    is_split_payment INTEGER NOT NULL DEFAULT 0,
    is_paid        INTEGER NOT NULL DEFAULT 0,
    sha256         TEXT,
    invoicing_date INTEGER,
    acquired_at    INTEGER,
    permanent_storage_date INTEGER,
    received_at    INTEGER NOT NULL,
    -- Seller and number, by which a copy that came another way is known.
    copy_key       TEXT    NOT NULL DEFAULT '',
    -- The position of the invoice of KSeF that it is a copy of.
    copy_of        INTEGER,
    -- Our own sale, when it is one.
    sale_id        TEXT,
    -- What could not be read of it, as JSON.
    findings       TEXT,
    note           TEXT,
    UNIQUE (company, ksef_number)
) STRICT;

-- The bytes, apart from the rows that are listed and changed.
CREATE TABLE purchase_documents (
    purchase   INTEGER NOT NULL REFERENCES purchases (position),
    kind       TEXT    NOT NULL CHECK (kind IN ('xml', 'scan')),
    media_type TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    content    BLOB    NOT NULL,
    PRIMARY KEY (purchase, kind)
) STRICT;

INSERT INTO purchases (position, company, arrival, changed, roles, ksef_number, received_on, invoice_number, seller_id,
    seller_name, issue_date, gross, gross_minor, currency, sha256, permanent_storage_date, received_at, copy_key)
SELECT position, company, position, position, 2, ksef_number,
    substr(ksef_number, 12, 4) || '-' || substr(ksef_number, 16, 2) || '-' || substr(ksef_number, 18, 2),
    invoice_number, seller_nip, seller_name, issue_date, gross, CAST(round(CAST(gross AS REAL) * 100) AS INTEGER), currency,
    sha256, permanent_storage_date, received_at, seller_nip || '|' || upper(replace(invoice_number, ' ', ''))
FROM purchases_before;
INSERT INTO purchase_documents (purchase, kind, media_type, sha256, content)
SELECT position, 'xml', 'application/xml', sha256, content FROM purchases_before;
UPDATE companies SET purchase_changes =
    coalesce((SELECT max(position) FROM purchases WHERE purchases.company = companies.context), 0);
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
    position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    purchase INTEGER NOT NULL REFERENCES purchases (position),
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    -- A code; its words are the pages' business.
    event    TEXT    NOT NULL,
    detail   TEXT
) STRICT;
CREATE INDEX purchase_history_by_purchase ON purchase_history (purchase, position);

-- How far each role was read: everything stored in KSeF before `read_up_to` is here.
CREATE TABLE purchase_readings (
    company    TEXT    NOT NULL REFERENCES companies (context),
    role       TEXT    NOT NULL,
    begun_from INTEGER NOT NULL,
    read_up_to INTEGER NOT NULL,
    -- More is there than was read: the next look is a package.
    is_behind  INTEGER NOT NULL DEFAULT 0,
    -- When it was last looked at to the end.
    looked_at  INTEGER,
    -- How many packages failed one after another, and why the last look stopped.
    failures   INTEGER NOT NULL DEFAULT 0,
    trouble    TEXT,
    PRIMARY KEY (company, role)
) STRICT, WITHOUT ROWID;
INSERT INTO purchase_readings (company, role, begun_from, read_up_to)
SELECT company, 'buyer', read_up_to, read_up_to FROM purchase_cursors;
DROP TABLE purchase_cursors;

-- Packages that KSeF makes: there is no list of them, and who loses the reference loses the package. The key opens nothing
-- but invoices that come to lie beside it, and goes with the row.
CREATE TABLE purchase_exports (
    reference TEXT    NOT NULL PRIMARY KEY,
    company   TEXT    NOT NULL REFERENCES companies (context),
    role      TEXT    NOT NULL,
    key       BLOB    NOT NULL,
    from_at   INTEGER NOT NULL,
    until_at  INTEGER,
    asked_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_exports_by_company ON purchase_exports (company, role, from_at);

-- Programs that read the changes, and how far each says that it has them.
CREATE TABLE purchase_readers (
    company      TEXT    NOT NULL REFERENCES companies (context),
    name         TEXT    NOT NULL,
    acknowledged INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (company, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE reconciliations (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company    TEXT    NOT NULL REFERENCES companies (context),
    -- asked, done or failed.
    state      TEXT    NOT NULL,
    from_day   TEXT    NOT NULL,
    until_day  TEXT    NOT NULL,
    asked_at   INTEGER NOT NULL,
    ended_at   INTEGER,
    -- JSON.
    report     TEXT
) STRICT;
CREATE INDEX reconciliations_by_company ON reconciliations (company, position);

-- Collective identifiers: the intent first, since KSeF makes another one when it is asked again.
CREATE TABLE collective_identifiers (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company    TEXT    NOT NULL REFERENCES companies (context),
    -- SHA-256 of the sorted KSeF numbers: the same invoices have the same one.
    invoices_key TEXT  NOT NULL,
    -- The KSeF numbers, a line each.
    invoices   TEXT    NOT NULL,
    number     TEXT,
    asked_at   INTEGER NOT NULL,
    UNIQUE (company, invoices_key)
) STRICT;
