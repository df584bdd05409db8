-- SQLite's 0019, in PostgreSQL's types: what letters to buyers say where a company says it in its own words.

CREATE TABLE buyer_texts (
    company  TEXT COLLATE "C" NOT NULL REFERENCES companies (context),
    -- invoice or confirmation.
    purpose  TEXT COLLATE "C" NOT NULL,
    -- pl or en.
    language TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    text     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, purpose, language)
);
