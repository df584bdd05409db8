-- SQLite's 0016, in PostgreSQL's types: letters to buyers: who gets invoices by e-mail, and which invoice a letter brings.

ALTER TABLE letters ADD COLUMN sale_id TEXT COLLATE "C";
-- pl or en: of the documents that come with it.
ALTER TABLE letters ADD COLUMN language TEXT COLLATE "C" NOT NULL DEFAULT 'pl';
CREATE INDEX letters_by_sale ON letters (sale_id, position) WHERE sale_id IS NOT NULL;

-- The rule of a company; nothing is sent by itself without one.
CREATE TABLE buyer_mail (
    company      TEXT COLLATE "C"    NOT NULL PRIMARY KEY REFERENCES companies (context),
    -- To buyers that stand in the address book.
    to_listed    BIGINT NOT NULL,
    -- To buyers without a Polish NIP, at the address on the invoice.
    to_outside   BIGINT NOT NULL,
    -- pl or en, where the address book says nothing else.
    language     TEXT COLLATE "C"    NOT NULL,
    -- Of everything up to this notice letters are written, or were not wanted.
    told_up_to   BIGINT NOT NULL
);

CREATE TABLE buyer_addresses (
    company  TEXT COLLATE "C" NOT NULL REFERENCES companies (context),
    -- The NIP, or another identifier as it stands on invoices.
    buyer    TEXT COLLATE "C" NOT NULL,
    -- An e-mail address in lower case.
    address  TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, buyer)
);
