-- What each process has spent of KSeF's limits: whoever takes a company over goes on from there. Rows of the last hours only.
CREATE TABLE limit_spending (
    company TEXT COLLATE "C" NOT NULL,
    life    TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    line    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX limit_spending_by_company ON limit_spending (company, at);
