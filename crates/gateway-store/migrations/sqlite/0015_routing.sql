-- Purchases find their people: units of a company, who sees only what is his, rules, assignments, approval.

CREATE TABLE units (
    id         TEXT    NOT NULL PRIMARY KEY,
    -- Under which company it hangs.
    company    TEXT    NOT NULL REFERENCES companies (context),
    -- A NIP, or a NIP, a hyphen and five digits, as Podmiot3 names it.
    identifier TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (company, identifier)
) STRICT;

CREATE TABLE unit_members (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    unit    TEXT NOT NULL REFERENCES units (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_members_by_unit ON unit_members (unit);

-- Who sees of a company's purchases only what is assigned to him or to his units.
CREATE TABLE restricted_views (
    company TEXT NOT NULL REFERENCES companies (context),
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (company, user_id)
) STRICT, WITHOUT ROWID;

-- Rules in their order; the first that holds decides.
CREATE TABLE routing_rules (
    company      TEXT    NOT NULL REFERENCES companies (context),
    place        INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    seller       TEXT,
    third        TEXT,
    order_number TEXT,
    -- In hundredths.
    gross_from   INTEGER,
    gross_to     INTEGER,
    -- Identifiers of users and of units, separated by commas. One that is gone by now gets nothing.
    persons      TEXT    NOT NULL,
    units        TEXT    NOT NULL,
    PRIMARY KEY (company, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_persons (
    user_id  TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purchase INTEGER NOT NULL REFERENCES purchases (position),
    PRIMARY KEY (user_id, purchase)
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_persons_by_purchase ON purchase_persons (purchase);

CREATE TABLE purchase_units (
    unit     TEXT    NOT NULL REFERENCES units (id) ON DELETE CASCADE,
    purchase INTEGER NOT NULL REFERENCES purchases (position),
    PRIMARY KEY (unit, purchase)
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_units_by_purchase ON purchase_units (purchase);

-- approved or rejected; nothing while nobody has decided.
ALTER TABLE purchases ADD COLUMN approval TEXT;
