-- SQLite's 0015, in PostgreSQL's types: purchases find their people: units of a company, who sees only what is his, rules, assignments, approval.

CREATE TABLE units (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    -- Under which company it hangs.
    company    TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    -- A NIP, or a NIP, a hyphen and five digits, as Podmiot3 names it.
    identifier TEXT COLLATE "C"    NOT NULL,
    name       TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (company, identifier)
);

CREATE TABLE unit_members (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    unit    TEXT COLLATE "C" NOT NULL REFERENCES units (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, unit)
);
CREATE INDEX unit_members_by_unit ON unit_members (unit);

-- Who sees of a company's purchases only what is assigned to him or to his units.
CREATE TABLE restricted_views (
    company TEXT COLLATE "C" NOT NULL REFERENCES companies (context),
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (company, user_id)
);

-- Rules in their order; the first that holds decides.
CREATE TABLE routing_rules (
    company      TEXT COLLATE "C"    NOT NULL REFERENCES companies (context),
    place        BIGINT NOT NULL,
    name         TEXT COLLATE "C"    NOT NULL,
    seller       TEXT COLLATE "C",
    third        TEXT COLLATE "C",
    order_number TEXT COLLATE "C",
    -- In hundredths.
    gross_from   BIGINT,
    gross_to     BIGINT,
    -- Identifiers of users and of units, separated by commas. One that is gone by now gets nothing.
    persons      TEXT COLLATE "C"    NOT NULL,
    units        TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (company, place)
);

CREATE TABLE purchase_persons (
    user_id  TEXT COLLATE "C"    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purchase BIGINT NOT NULL REFERENCES purchases (position),
    PRIMARY KEY (user_id, purchase)
);
CREATE INDEX purchase_persons_by_purchase ON purchase_persons (purchase);

CREATE TABLE purchase_units (
    unit     TEXT COLLATE "C"    NOT NULL REFERENCES units (id) ON DELETE CASCADE,
    purchase BIGINT NOT NULL REFERENCES purchases (position),
    PRIMARY KEY (unit, purchase)
);
CREATE INDEX purchase_units_by_purchase ON purchase_units (purchase);

-- approved or rejected; nothing while nobody has decided.
ALTER TABLE purchases ADD COLUMN approval TEXT COLLATE "C";
