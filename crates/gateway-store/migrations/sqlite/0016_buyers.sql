-- Letters to buyers: who gets invoices by e-mail, and which invoice a letter brings.

ALTER TABLE letters ADD COLUMN sale_id TEXT;
-- pl or en: of the documents that come with it.
ALTER TABLE letters ADD COLUMN language TEXT NOT NULL DEFAULT 'pl';
CREATE INDEX letters_by_sale ON letters (sale_id, position) WHERE sale_id IS NOT NULL;

-- The rule of a company; nothing is sent by itself without one.
CREATE TABLE buyer_mail (
    company      TEXT    NOT NULL PRIMARY KEY REFERENCES companies (context),
    -- To buyers that stand in the address book.
    to_listed    INTEGER NOT NULL,
    -- To buyers without a Polish NIP, at the address on the invoice.
    to_outside   INTEGER NOT NULL,
    -- pl or en, where the address book says nothing else.
    language     TEXT    NOT NULL,
    -- Of everything up to this notice letters are written, or were not wanted.
    told_up_to   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE buyer_addresses (
    company  TEXT NOT NULL REFERENCES companies (context),
    -- The NIP, or another identifier as it stands on invoices.
    buyer    TEXT NOT NULL,
    -- An e-mail address in lower case.
    address  TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (company, buyer)
) STRICT, WITHOUT ROWID;
