-- What letters to buyers say where a company says it in its own words.

CREATE TABLE buyer_texts (
    company  TEXT NOT NULL REFERENCES companies (context),
    -- invoice or confirmation.
    purpose  TEXT NOT NULL,
    -- pl or en.
    language TEXT NOT NULL,
    subject  TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (company, purpose, language)
) STRICT, WITHOUT ROWID;
