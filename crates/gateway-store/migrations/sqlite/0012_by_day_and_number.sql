-- A range of days by number: each day's numbers in their order, with what else lists ask for, so that no row is read.
CREATE INDEX sales_by_day_and_number ON sales (company, issue_date, invoice_number, position, state, mode);
