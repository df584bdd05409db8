-- What somebody began on the pages and goes on with later: invoices that are being written, tables that are being taken in, and
-- the maps of their columns.

CREATE TABLE kept_forms (
    company  TEXT    NOT NULL REFERENCES companies (context),
    -- draft, table, columns
    kind     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    -- What people see of it.
    title    TEXT    NOT NULL,
    content  TEXT    NOT NULL,
    kept_by  TEXT    NOT NULL,
    kept_at  INTEGER NOT NULL,
    PRIMARY KEY (company, kind, name)
) STRICT, WITHOUT ROWID;
