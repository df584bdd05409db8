-- An invoice stands as its corrections left it: those to its buyer are looked through for the ones that name it.
CREATE INDEX sales_corrections ON sales (company, buyer_nip, position) WHERE kind >= 'KOR' AND kind < 'KOS';
