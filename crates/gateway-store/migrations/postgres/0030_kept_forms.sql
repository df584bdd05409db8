-- SQLite's 0017, in PostgreSQL's types: what somebody began on the pages and goes on with later.

CREATE TABLE kept_forms (
    company  TEXT COLLATE "C" NOT NULL REFERENCES companies (context),
    -- draft, table, columns
    kind     TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    -- What people see of it.
    title    TEXT COLLATE "C" NOT NULL,
    content  TEXT COLLATE "C" NOT NULL,
    kept_by  TEXT COLLATE "C" NOT NULL,
    kept_at  BIGINT NOT NULL,
    PRIMARY KEY (company, kind, name)
);
