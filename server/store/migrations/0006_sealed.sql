-- What people wrote lies sealed from now on. The program seals what is there,
-- since SQL cannot: the steps of that work say how far it is.

CREATE TABLE sealing (
    step TEXT PRIMARY KEY CHECK (step IN ('begun', 'done')),
    at   BIGINT NOT NULL
);
