-- Each minute it is asked which companies wait for KSeF with invoices issued offline: of ten thousand next to none does.
CREATE INDEX sales_offline_unsent ON sales (company, due_on, position)
    WHERE state IN ('offlineIssued', 'sending', 'accepted') AND mode <> 'online';
