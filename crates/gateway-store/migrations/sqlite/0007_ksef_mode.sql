-- The mode that KSeF shows in the end: what arrived after its day it marks Offline by itself.
ALTER TABLE sales ADD COLUMN ksef_mode TEXT;
