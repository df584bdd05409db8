-- What is not done yet, apart from the hundreds of thousands that are.
CREATE INDEX sales_open ON sales (company, position, reason_code, state)
    WHERE state NOT IN ('stored', 'rejected', 'numberCollision', 'withdrawn');
CREATE INDEX sales_due ON sales (company, due_on, position)
    WHERE due_on IS NOT NULL AND state NOT IN ('numbered', 'duplicateAdopted', 'upoVerified', 'stored', 'withdrawn');
CREATE INDEX sales_technical ON sales (technical_of) WHERE technical_of IS NOT NULL;

-- Lists by filter and order: every condition in one index, and after them what is sorted by, so that no row is read for
-- those that are not on the page; a buyer's own.
CREATE INDEX sales_by_facts
    ON sales (company, state, mode, issue_date, position, gross_minor, invoice_number, buyer_name);
CREATE INDEX sales_by_buyer_nip ON sales (company, buyer_nip, position);
