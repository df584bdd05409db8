-- What a company is called by those who look after it; empty until somebody names it.
ALTER TABLE companies ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- What KSeF refused, for lists of many companies: few, and word for word the condition of `REFUSED` in figures.rs.
CREATE INDEX sales_refused ON sales (company, issue_date, invoice_number, position)
    WHERE state IN ('rejected', 'numberCollision') AND due_on IS NULL AND technical_of IS NULL;
